# NixOS VM tests. Evaluated by `nix flake check --no-build`; run by `nix build .#checks.<system>.vm-<name>` on a machine
# with KVM and a binary cache. Nobody of us has run them yet.
{ inputs, pkgs }:
let
  inherit (pkgs) lib;
  files = lib.filterAttrs (
    name: _: lib.hasSuffix ".nix" name && name != "default.nix"
  ) (builtins.readDir ./.);
in
lib.mapAttrs' (
  name: _:
  lib.nameValuePair (lib.removeSuffix ".nix" name) (
    pkgs.testers.runNixOSTest (import (./. + "/${name}") { inherit inputs; })
  )
) files
