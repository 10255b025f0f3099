{
  description = "A NixOS host with a hive";

  inputs = {
    nixpkgs.url = "github:NixOS/nixpkgs/nixos-26.05";
    # Where you got it from, e.g. git+https://git.example.org/you/hyperhive
    hyperhive.url = "path:../hyperhive";
    hyperhive.inputs.nixpkgs.follows = "nixpkgs";
  };

  outputs =
    { nixpkgs, hyperhive, ... }:
    {
      nixosConfigurations.hive = nixpkgs.lib.nixosSystem {
        system = "x86_64-linux";
        modules = [
          ./configuration.nix
          hyperhive.nixosModules.default
          {
            services.hyperhive.enable = true;
            services.hyperhive.adminUsers = [ "you" ];
          }
        ];
      };
    };
}
