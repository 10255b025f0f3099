# `default`: our packages. `claude-unstable`: claude-code of today, since a stable release lags behind the service.
{ nixpkgs-unstable, revision }:
let
  systemOf = pkgs: pkgs.stdenv.hostPlatform.system;
in
{
  default =
    final: _:
    let
      packages = import ./packages {
        pkgs = final;
        unstable = nixpkgs-unstable.legacyPackages.${systemOf final};
        inherit revision;
      };
    in
    {
      hyperhive-c0re = packages.c0re;
      hyperhive-harness = packages.harness;
      hyperhive-assets = packages.assets;
    };

  claude-unstable = final: _: {
    # Unfree, and allowed on this import alone: it is used for nothing else.
    claude-code =
      (import nixpkgs-unstable {
        system = systemOf final;
        config.allowUnfreePredicate = package: nixpkgs-unstable.lib.getName package == "claude-code";
      }).claude-code;
  };
}
