# Wires only: what each output is, is below nix/.
{
  description = "hyperhive: a swarm of Claude Code agents on one NixOS host";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # For what ages in weeks: claude-code, and the Bun that the programs are built with.
    nixpkgs-unstable.url = "github:NixOS/nixpkgs/nixos-unstable";
  };

  outputs =
    inputs@{
      self,
      nixpkgs,
      nixpkgs-unstable,
    }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
      ];
      eachSystem = make: lib.genAttrs systems (system: make system nixpkgs.legacyPackages.${system});
      revision = self.shortRev or self.dirtyShortRev or "unknown";
      hive = import ./nix/lib;
      unstable = system: nixpkgs-unstable.legacyPackages.${system};
    in
    {
      lib = hive // {
        agentSystem = import ./nix/lib/agent-system.nix { inherit self nixpkgs hive; };
        nginx = import ./nix/modules/gateway/nginx.nix;
      };

      packages = eachSystem (
        system: pkgs:
        let
          programs = import ./nix/packages {
            inherit pkgs revision;
            unstable = unstable system;
          };
        in
        programs
        // import ./nix/docs {
          inherit self pkgs;
          inherit (nixpkgs) lib;
        }
        // {
          default = programs.c0re;
        }
      );

      overlays = import ./nix/overlays.nix { inherit nixpkgs-unstable revision; };
      nixosModules = import ./nix/modules.nix { inherit self nixpkgs nixpkgs-unstable; };

      # Evaluated by the checks and the option reference; agents' own are in the meta flake of their host.
      nixosConfigurations.agent-base = self.lib.agentSystem { name = "agent"; };

      devShells = eachSystem (
        system: pkgs: {
          default = pkgs.mkShellNoCC {
            packages = [
              (unstable system).bun
              pkgs.git
              pkgs.librsvg
              pkgs.nginx
              pkgs.shellcheck
            ];
          };
        }
      );

      checks = eachSystem (system: pkgs: import ./nix/checks.nix { inherit inputs pkgs system; });
      formatter = eachSystem (_: pkgs: pkgs.nixfmt);

      templates.default = {
        path = ./nix/templates/host;
        description = "A NixOS host with a hive";
      };
    };
}
