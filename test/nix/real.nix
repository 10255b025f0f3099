# The flake's outputs with a nixpkgs tree at hand: no lock, no copy into the store, no network.
{
  nixpkgs,
  root ? ../..,
}:
let
  tree =
    (import (nixpkgs + "/flake.nix")).outputs {
      self = tree // {
        lastModifiedDate = "20260101000000";
        shortRev = "test";
      };
    }
    // {
      outPath = nixpkgs;
    };
  inputs = {
    inherit self;
    nixpkgs = tree;
    nixpkgs-unstable = tree;
  };
  self = (import (root + "/flake.nix")).outputs inputs // {
    # As in a flake, a path of the store; no context, since it is not there.
    outPath = toString root;
    shortRev = "test";
  };
in
import ./ask.nix {
  inherit root inputs;
  inherit (self.lib) agentSystem;
  unit = config: name: config.systemd.units."${name}.service".text;
  toplevel = config: config.system.build.toplevel.drvPath;
  container = config: config.systemd.units."container@.service".text;
  reference = {
    host = self.packages.x86_64-linux.docs-host.names;
    agent = self.packages.x86_64-linux.docs-agent.names;
  };
}
