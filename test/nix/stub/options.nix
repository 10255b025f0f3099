# Every option of ours as a list, for the committed reference.
let
  lib = import ./lib.nix;
  root = ../../..;
  optionsOf =
    module:
    (lib.evalModules {
      modules = [
        ./nixos.nix
        module
      ];
      specialArgs = { inherit (import ./pkgs.nix) pkgs; };
    }).options;
  isOption = value: (value._type or "") == "option";
  list =
    path: options:
    builtins.concatMap (
      name:
      let
        value = options.${name};
        here = path ++ [ name ];
      in
      if !isOption value then
        list here value
      else if value.internal or false then
        [ ]
      else
        [ (row here value) ] ++ list here (value.type.options or { })
    ) (builtins.attrNames options);
  row = path: option: {
    name = builtins.concatStringsSep "." path;
    type = option.type.name;
    inherit (option) description;
    ${if option ? default then "default" else null} = option.default;
    ${if option ? example then "example" else null} = option.example;
  };
in
{
  host = list [ "services" "hyperhive" ] (optionsOf (root + "/nix/modules/gateway")).services.hyperhive;
  agent = list [ "hyperhive" ] (optionsOf (root + "/nix/templates/harness-base.nix")).hyperhive;
}
