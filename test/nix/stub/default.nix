# What test/nix asks of the modules, without nixpkgs: hosts and agents as JSON.
let
  lib = import ./lib.nix;
  inherit (import ./pkgs.nix) pkgs;
  root = ../../..;
  self = {
    outPath = "/nix/store/hyperhive-source";
    packages.x86_64-linux = {
      c0re = pkgs.hyperhive-c0re;
      harness = pkgs.hyperhive-harness;
      assets = pkgs.hyperhive-assets;
    };
    overlays = {
      default = _: _: { };
      claude-unstable = _: _: { inherit (pkgs) claude-code; };
    };
    nixosModules = import (root + "/nix/modules.nix") {
      inherit self;
      nixpkgs = "/nix/store/nixpkgs-source";
      nixpkgs-unstable = "/nix/store/unstable-source";
    };
  };
  nixosSystem =
    {
      modules,
      specialArgs ? { },
      ...
    }:
    lib.evalModules {
      modules = [ ./nixos.nix ] ++ modules;
      specialArgs = specialArgs // { inherit pkgs; };
    };
  nixpkgs.lib = lib // { inherit nixosSystem; };
in
import ../ask.nix {
  inherit root;
  inputs = { inherit self nixpkgs; };
  agentSystem = import (root + "/nix/lib/agent-system.nix") {
    inherit self nixpkgs;
    hive = import (root + "/nix/lib");
  };
  # No units are rendered here: the definitions stand for them.
  unit = config: name: config.systemd.services.${name};
  toplevel = _: null;
}
