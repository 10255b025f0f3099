# Stands in for hyperhive's own flake: `lib.agentSystem` with the same arguments, without nixpkgs. An agent's files are
# really evaluated, and its system is really built; what is in it comes from Debian (make-system).
{
  outputs = _: {
    lib.agentSystem =
      {
        name,
        config,
        inputs,
      }:
      let
        has = file: config != null && builtins.pathExists (config + "/${file}");
        json = if has "agent.json" then builtins.fromJSON (builtins.readFile (config + "/agent.json")) else { };
        base = ./bases + "/${name}.nix";
        module =
          if has "agent.nix" then
            import (config + "/agent.nix") { inherit inputs; }
          else if builtins.pathExists base then
            import base
          else
            { };
      in
      {
        config.system.build.toplevel = derivation {
          name = "nixos-system-h-${name}";
          system = import ./system.nix;
          builder = "/bin/bash";
          args = [
            "/usr/local/lib/nixos-host/make-system"
            name
          ];
          PATH = "/usr/bin:/bin";
          agentJson = builtins.toJSON json;
          release = builtins.readFile ./release;
          # Shell, in place of packages that may fail.
          build = module.build or "";
        };
      };
  };
}
