# As much of `lib` as our modules use.
let
  tools = import ./tools.nix;
  types = import ./types.nix { inherit tools evalModules; };
  modules = import ./modules.nix { inherit types tools; };
  evalModules = arguments: modules.evalModules (arguments // { specialArgs = (arguments.specialArgs or { }) // { inherit lib; }; });
  hasPrefix = prefix: text: builtins.substring 0 (builtins.stringLength prefix) text == prefix;
  lib = {
    inherit types evalModules hasPrefix;
    inherit (tools) mkOverride;
    mkOption = option: option // { _type = "option"; };
    mkEnableOption =
      what:
      lib.mkOption {
        type = types.bool;
        default = false;
        description = "Whether to enable ${what}.";
      };
    mkIf = condition: content: {
      _type = "if";
      inherit condition content;
    };
    mkMerge = contents: {
      _type = "merge";
      inherit contents;
    };
    mkDefault = tools.mkOverride 1000;
    mkForce = tools.mkOverride 50;
    inherit (builtins) mapAttrs;
    removePrefix =
      prefix: text:
      if hasPrefix prefix text then
        builtins.substring (builtins.stringLength prefix) (-1) text
      else
        text;
    recursiveUpdate =
      a: b:
      a
      // builtins.mapAttrs (
        name: value: if builtins.isAttrs value && builtins.isAttrs (a.${name} or null) then lib.recursiveUpdate a.${name} value else value
      ) b;
    hasSuffix =
      suffix: text:
      let
        rest = builtins.stringLength text - builtins.stringLength suffix;
      in
      rest >= 0 && builtins.substring rest (-1) text == suffix;
    removeSuffix =
      suffix: text: builtins.substring 0 (builtins.stringLength text - builtins.stringLength suffix) text;
    nameValuePair = name: value: { inherit name value; };
    mapAttrs' = change: attrs: builtins.listToAttrs (map (name: change name attrs.${name}) (builtins.attrNames attrs));
    filterAttrs =
      keep: attrs:
      removeAttrs attrs (builtins.filter (name: !(keep name attrs.${name})) (builtins.attrNames attrs));
    getName = package: package.pname or package.name;
  };
in
lib
