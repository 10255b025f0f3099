# What a host gets: the daemon's unit, the group that may use it, containers enabled.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  hive = import ../../lib;
  cfg = config.services.hyperhive;
  # umount and chattr are on no service's PATH; nix is the host's own, whose daemon it meets.
  programs = {
    systemctl = "${config.systemd.package}/bin/systemctl";
    journalctl = "${config.systemd.package}/bin/journalctl";
    systemd_run = "${config.systemd.package}/bin/systemd-run";
    nix = "${config.nix.package}/bin/nix";
    setpriv = "${pkgs.util-linux}/bin/setpriv";
    umount = "${pkgs.util-linux}/bin/umount";
    chattr = "${pkgs.e2fsprogs}/bin/chattr";
  };
  raw = pkgs.writeText "hive-c0re.json" (builtins.toJSON cfg.rendered);
  # The program that will read it says what is wrong with it, while the system is built.
  checked = pkgs.runCommand "hive-c0re-settings" { nativeBuildInputs = [ cfg.package ]; } ''
    hive-c0re check-config ${raw}
    install -Dm444 ${raw} $out/hive-c0re.json
  '';
in
{
  config = lib.mkIf cfg.enable {
    services.hyperhive.rendered = import ./settings.nix { inherit lib hive programs; } cfg;

    # Since 25.11 false unless a container is declared; ours are not.
    boot.enableContainers = true;

    users.groups.hive-admin.members = cfg.adminUsers;
    environment.systemPackages = [
      cfg.package
      cfg.claudePackage
    ];
    # The agents' containers build through the host's daemon, with flakes.
    nix.settings.experimental-features = [
      "nix-command"
      "flakes"
    ];
    # Forced: nixpkgs trusts root, which to the daemon is also root in any container.
    nix.settings.trusted-users = lib.mkForce cfg.agents.nixTrustedUsers;

    systemd.services.hive-c0re = {
      description = "hyperhive";
      wantedBy = [ "multi-user.target" ];
      after = [
        "network.target"
        "dbus.service"
        "nix-daemon.socket"
      ];
      wants = [ "nix-daemon.socket" ];
      # A service has a PATH of its own; without the second, what the operator installs would not be found. Both are
      # prefixes: systemd.services.*.path appends /bin.
      path = [
        pkgs.git
        "/run/current-system/sw"
      ];
      environment = {
        HYPERHIVE_GIT = "${pkgs.git}/bin/git";
        HYPERHIVE_ASSETS = "${cfg.assetsPackage}/share/hyperhive";
        HOME = "/root";
      };
      serviceConfig = import ./unit.nix // {
        # The store's own path: the daemon follows no link to its settings, and /etc is made of links.
        ExecStart = "${cfg.package}/bin/hive-c0re serve --config ${checked}/hive-c0re.json";
      };
    };
  };
}
