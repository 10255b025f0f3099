# `nix flake check`: what only a real nixpkgs can tell. The rest of the checks is scripts/check.sh and scripts/test.
{
  inputs,
  pkgs,
  system,
}:
let
  inherit (pkgs) lib;
  inherit (inputs) self;
  packages = self.packages.${system};
  examples = import ./examples { inherit inputs system; };
  tests = import ./tests { inherit inputs pkgs; };
  # Evaluated here, built nowhere: their derivation's name is enough.
  evaluates =
    name: nixos:
    pkgs.writeText "evaluates-${name}" (
      builtins.unsafeDiscardStringContext nixos.config.system.build.toplevel.drvPath
    );
in
{
  inherit (packages) c0re harness assets;
  # Each fails when its tree has no option.
  inherit (packages) docs docs-host docs-agent;

  hivectl-docs = pkgs.runCommand "hivectl-docs" { nativeBuildInputs = [ packages.c0re ]; } ''
    hivectl markdown-docs --check --out ${../docs/tools/hivectl-cli.md}
    touch $out
  '';
  agent-base = evaluates "agent-base" self.nixosConfigurations.agent-base;
}
// lib.mapAttrs' (name: nixos: lib.nameValuePair "example-${name}" (evaluates name nixos)) examples
// lib.mapAttrs' (name: test: lib.nameValuePair "vm-${name}" test) tests
