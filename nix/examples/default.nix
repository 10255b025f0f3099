# Every file beside this one is a host; found by listing, so that none is forgotten.
{ inputs, system }:
let
  inherit (inputs.nixpkgs) lib;
  files = lib.filterAttrs (
    name: kind: kind == "regular" && lib.hasSuffix ".nix" name && name != "default.nix"
  ) (builtins.readDir ./.);
  machine = {
    fileSystems."/" = {
      device = "/dev/disk/by-label/nixos";
      fsType = "ext4";
    };
    boot.loader.grub.device = "nodev";
    system.stateVersion = "26.05";
  };
in
lib.mapAttrs' (
  name: _:
  lib.nameValuePair (lib.removeSuffix ".nix" name) (
    lib.nixosSystem {
      inherit system;
      modules = [
        machine
        inputs.self.nixosModules.default
        (./. + "/${name}")
      ];
    }
  )
) files
