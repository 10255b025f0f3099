# Everything this flake builds, for one nixpkgs; `unstable` brings the Bun of the day.
{
  pkgs,
  unstable,
  revision,
}:
let
  inherit (pkgs) lib;
  sources = import ./sources.nix { inherit lib; };
  node-modules = pkgs.callPackage ./node-modules.nix {
    inherit sources;
    inherit (unstable) bun;
  };
  programs = pkgs.callPackage ./programs.nix {
    inherit sources node-modules revision;
    inherit (unstable) bun;
  };
in
{
  c0re = programs;
  inherit (programs) harness;
  inherit node-modules;
  assets = pkgs.callPackage ../assets.nix { inherit sources; };
}
