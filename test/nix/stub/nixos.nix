# The options of NixOS that our modules set, declared and nothing more: a typo in one of them is an error here too.
{ lib, ... }:
let
  free = default: lib.mkOption { type = lib.types.free; inherit default; };
  package = name: lib.mkOption { type = lib.types.package; default = (import ./pkgs.nix).fake name; };
in
{
  options = {
    assertions = free [ ];
    boot.enableContainers = free false;
    boot.isNspawnContainer = free false;
    boot.loader = free { };
    documentation.enable = free true;
    environment.systemPackages = free [ ];
    environment.variables = free { };
    fileSystems = free { };
    networking.firewall = free { };
    networking.useDHCP = free true;
    networking.hostName = free "nixos";
    nix.settings = free { };
    nix.package = package "nix";
    nixpkgs.config = lib.mkOption { type = lib.types.attrs; default = { }; };
    nixpkgs.overlays = free [ ];
    security.acme = free { };
    security.pam.services = free { };
    security.sudo = free { };
    services.forgejo = free { };
    services.nginx = free { };
    system.stateVersion = free "";
    system.systemBuilderCommands = free "";
    systemd.globalEnvironment = free { };
    systemd.package = package "systemd";
    systemd.services = free { };
    systemd.timers = free { };
    users.groups = free { };
    users.users = free { };
  };
  # As nixpkgs does, at the priority of any module: who wants the other must force it.
  config.nix.settings = {
    sandbox-fallback = false;
    trusted-users = [ "root" ];
  };
}
