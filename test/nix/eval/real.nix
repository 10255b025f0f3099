# The flake's outputs with a nixpkgs tree at hand and no lock, no store copy, no network: what the flake would be.
{ nixpkgs, root ? ../../.. }:
let
  flake = import (root + "/flake.nix");
  tree = (import (nixpkgs + "/flake.nix")).outputs { self = tree // { outPath = nixpkgs; lastModifiedDate = "20260714000000"; shortRev = "test"; }; } // { outPath = nixpkgs; };
  self = flake.outputs { inherit self; nixpkgs = tree; nixpkgs-unstable = tree; } // { outPath = toString root; shortRev = "test"; };
in
self
