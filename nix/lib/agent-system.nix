# `lib.agentSystem`: one agent's NixOS system, as the meta flake of a hive asks for it.
#   name    the agent
#   config  source of its configuration repository (agent.json, perhaps agent.nix), or null for the base alone
#   inputs  the meta flake's inputs, for agent.nix
{
  self,
  nixpkgs,
  hive,
}:
{
  name,
  config ? null,
  inputs ? { },
  system ? "x86_64-linux",
  modules ? [ ],
}:
let
  # What agent.json alone says, with every default.
  given =
    lib:
    (lib.evalModules {
      modules = [
        ../modules/agent/options.nix
        { hyperhive = hive.readAgentJson config; }
      ];
    }).config.hyperhive.rendered;
in
assert
  hive.isAgentName name || throw "\"${name}\" is not an agent name: 1 to 31 of a-z, 0-9 and -";
nixpkgs.lib.nixosSystem {
  inherit system;
  specialArgs = { inherit inputs; };
  modules = [
    self.nixosModules.agent-base
    {
      hyperhive = hive.readAgentJson config;
      networking.hostName = hive.containerOf name;
    }
    (
      { config, lib, ... }:
      {
        # c0re reads agent.json, not this system: an option set elsewhere would be shown here and obeyed nowhere.
        assertions = [
          {
            assertion = config.hyperhive.rendered == given lib;
            message = ''
              agent.nix changes a hyperhive.* option of agent "${name}".
              Say it in agent.json: that is what hive-c0re reads, and what the operator approves.
            '';
          }
        ];
      }
    )
  ]
  ++ hive.agentNix config
  ++ modules;
}
