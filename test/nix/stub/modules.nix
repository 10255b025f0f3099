# A module system of one page: imports, mkIf, mkMerge, priorities, types, undeclared options are refused. Enough to
# evaluate our modules where there is no nixpkgs; what NixOS makes of them is seen with HYPERHIVE_NIXPKGS.
{ types, tools }:
let
  inherit (builtins)
    attrNames
    concatMap
    elem
    filter
    foldl'
    isAttrs
    isFunction
    isPath
    listToAttrs
    map
    ;
  inherit (tools)
    kindOf
    mergeDefs
    namesOf
    pushDown
    unique
    ;

  evalModules =
    {
      modules,
      specialArgs ? { },
    }:
    let
      args = {
        inherit config;
        lib = specialArgs.lib;
        pkgs = specialArgs.pkgs or (throw "this evaluation has no pkgs");
      } // specialArgs;
      loaded = collect args modules;
      options = foldl' mergeOptions { } (map (module: module.options) loaded);
      config = evalTree [ ] options (map (module: module.config) loaded);
    in
    {
      inherit options config;
    };

  # Each file, and each key, once; imports first.
  collect =
    args: modules:
    (foldl' (take args) {
      seen = [ ];
      out = [ ];
    } modules).out;
  take =
    args: state: module:
    let
      value = if isPath module || builtins.isString module then import module else module;
      id = if isPath module then toString module else if isAttrs value then value.key or null else null;
      body = if isFunction value then value args else value;
      whole = body ? options || body ? config;
      below = foldl' (take args) (state // { seen = state.seen ++ [ id ]; }) (body.imports or [ ]);
    in
    if id != null && elem id state.seen then
      state
    else
      below
      // {
        out = below.out ++ [
          {
            options = body.options or { };
            config =
              if whole then
                body.config or { }
              else
                removeAttrs body [
                  "imports"
                  "key"
                ];
          }
        ];
      };

  mergeOptions =
    a: b:
    a
    // builtins.mapAttrs (
      name: value: if a ? ${name} && kindOf value != "option" then mergeOptions a.${name} value else value
    ) b;

  evalTree =
    path: options: defs:
    let
      stray = filter (name: !(options ? ${name})) (unique (concatMap namesOf defs));
      value =
        name:
        let
          here = path ++ [ name ];
          below = concatMap (pushDown name) defs;
        in
        if kindOf options.${name} == "option" then
          evalOption here options.${name} below
        else
          evalTree here options.${name} below;
      checked = if stray == [ ] then options else throw "no such option: ${dotted path stray}";
    in
    builtins.mapAttrs (name: _: value name) checked;
  dotted = path: stray: builtins.concatStringsSep "." (path ++ [ (builtins.head stray) ]);

  evalOption =
    path: option: defs:
    let
      merged = mergeDefs path option.type (
        defs ++ (if option ? default then [ (tools.mkOverride 1500 option.default) ] else [ ])
      );
    in
    if merged == [ ] then
      throw "the option ${builtins.concatStringsSep "." path} is used and has no value"
    else
      builtins.head merged;
in
{
  inherit evalModules;
}
