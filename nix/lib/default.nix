# What needs nothing but Nix itself: the same functions run in a system, in a test without nixpkgs, and by hand.
rec {
  # Attributes that were not said (null) are left out: in our JSON files absent means the program's own default.
  said =
    attrs:
    builtins.listToAttrs (
      builtins.filter ({ value, ... }: value != null) (
        map (name: {
          inherit name;
          value = attrs.${name};
        }) (builtins.attrNames attrs)
      )
    );

  # The one place that says what an agent's name is on this side; src/wire/ids.ts says it for the programs.
  isAgentName =
    name:
    builtins.match "[a-z0-9]([a-z0-9-]{0,29}[a-z0-9])?" name != null
    && !(builtins.elem name [
      "operator"
      "all"
      "system"
      "root"
    ]);

  # How an agent's container is called, and its directory on the host; also its uid inside, as hive-c0re expects it.
  containerOf = name: "h-${name}";
  agentUid = 31000;

  # What an agent's configuration says, from its source (null: nothing).
  readAgentJson =
    config:
    if config == null then { } else builtins.fromJSON (builtins.readFile (config + "/agent.json"));

  agentNix =
    config:
    if config != null && builtins.pathExists (config + "/agent.nix") then
      [ (config + "/agent.nix") ]
    else
      [ ];

  # A package by its name in nixpkgs, dots and all; a name that is none is a sentence.
  findPackage =
    pkgs: name:
    let
      steps = builtins.filter builtins.isString (builtins.split "[.]" name);
      missing = throw "agent.json: there is no package \"${name}\" in nixpkgs; search.nixos.org/packages lists all names";
    in
    builtins.foldl' (set: step: set.${step} or missing) pkgs steps;
}
