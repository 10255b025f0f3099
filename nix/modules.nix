# The modules with what only the flake knows: our packages, and this very source for the agents' systems.
{
  self,
  nixpkgs,
  nixpkgs-unstable,
}:
let
  # A key: whoever takes two of the modules gets it once.
  ours = {
    key = "hyperhive: our packages";
    imports = [ defaults ];
  };
  defaults =
    { pkgs, lib, ... }:
    let
      inherit (pkgs.stdenv.hostPlatform) system;
      packages = self.packages.${system};
      # This flake as the host uses it, with the host's nixpkgs: an agent is built from the same, without asking anybody.
      pinned = pkgs.writeTextDir "flake.nix" ''
        {
          inputs.nixpkgs.url = "path:${nixpkgs}";
          inputs.nixpkgs-unstable.url = "path:${nixpkgs-unstable}";
          inputs.hyperhive.url = "path:${self}";
          inputs.hyperhive.inputs.nixpkgs.follows = "nixpkgs";
          inputs.hyperhive.inputs.nixpkgs-unstable.follows = "nixpkgs-unstable";
          outputs = { hyperhive, ... }: {
            lib = hyperhive.lib // {
              agentSystem = arguments: hyperhive.lib.agentSystem ({ system = "${system}"; } // arguments);
            };
          };
        }
      '';
    in
    {
      services.hyperhive = {
        package = lib.mkDefault packages.c0re;
        harnessPackage = lib.mkDefault packages.harness;
        assetsPackage = lib.mkDefault packages.assets;
        claudePackage = lib.mkDefault (self.overlays.claude-unstable pkgs pkgs).claude-code;
        agents.flake = lib.mkDefault "path:${pinned}";
      };
    };
  withOurs = file: {
    imports = [
      file
      ours
    ];
  };
in
{
  # Everything; what is not enabled adds nothing.
  default = withOurs ./modules/gateway;
  hive-c0re = withOurs ./modules/host;
  hive-gateway = withOurs ./modules/gateway;
  hive-forge = withOurs ./modules/forge;
  agent-base = {
    imports = [ ./templates/harness-base.nix ];
    nixpkgs.overlays = [
      self.overlays.default
      self.overlays.claude-unstable
    ];
  };
}
