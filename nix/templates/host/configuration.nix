# Your machine: what nixos-generate-config wrote goes here, or is imported from here.
{
  boot.loader.systemd-boot.enable = true;
  fileSystems."/" = {
    device = "/dev/disk/by-label/nixos";
    fsType = "ext4";
  };
  users.users.you.isNormalUser = true;
  system.stateVersion = "26.05";
}
