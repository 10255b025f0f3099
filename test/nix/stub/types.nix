# The types our options use, and `free`, for the stubs of NixOS's own.
{ tools, evalModules }:
let
  inherit (builtins)
    all
    concatMap
    elem
    filter
    head
    isAttrs
    isBool
    isInt
    isList
    isString
    listToAttrs
    map
    ;
  inherit (tools) mergeDefs namesOf pushDown unique;
  said = path: builtins.concatStringsSep "." path;
  one =
    path: values:
    if builtins.length values == 1 || all (value: value == head values) values then head values else throw "the option ${said path} has conflicting values";
  simple = name: check: {
    inherit name check;
    merge = one;
  };
  isDrv = value: isAttrs value && (value.type or "") == "derivation";
  attrsOf = type: {
    name = "attribute set of ${type.name}";
    check = value: isAttrs value && !(isDrv value);
    merge =
      path: values:
      listToAttrs (
        concatMap (
          name:
          map (value: { inherit name value; }) (
            mergeDefs (path ++ [ name ]) type (concatMap (pushDown name) values)
          )
        ) (unique (concatMap namesOf values))
      );
  };
  free = {
    name = "anything";
    check = _: true;
    merge =
      path: values:
      if all (value: isAttrs value && !(isDrv value)) values then
        (attrsOf free).merge path values
      else if all isList values then
        concatMap (value: concatMap (each: map (kept: kept.value) (tools.discharge 100 each)) value) values
      else
        one path values;
  };
in
{
  inherit attrsOf free;
  str = simple "string" isString;
  bool = simple "boolean" isBool;
  port = simple "port" (value: isInt value && value >= 0 && value <= 65535);
  ints.positive = simple "positive integer" (value: isInt value && value > 0);
  ints.between =
    low: high: simple "integer between ${toString low} and ${toString high}" (value: isInt value && value >= low && value <= high);
  package = simple "package" isDrv;
  attrs = free // {
    name = "attribute set";
    check = isAttrs;
  };
  enum = values: simple "one of ${builtins.toJSON values}" (value: elem value values);
  nullOr = type: {
    name = "null or ${type.name}";
    check = value: value == null || type.check value;
    merge = path: values: if all (value: value == null) values then null else type.merge path (filter (value: value != null) values);
  };
  listOf = type: {
    name = "list of ${type.name}";
    check = value: isList value && all type.check (concatMap (each: map (kept: kept.value) (tools.discharge 100 each)) value);
    merge = free.merge;
  };
  submodule = module: {
    inherit (module) options;
    name = "submodule";
    check = isAttrs;
    merge = _: values: (evalModules { modules = [ module ] ++ map (config: { inherit config; }) values; }).config;
  };
}
