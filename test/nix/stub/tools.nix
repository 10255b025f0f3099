# Values that carry a condition or a priority, taken apart.
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    foldl'
    isAttrs
    map
    ;
  plain = 100;
  tools = rec {
    kindOf = value: if isAttrs value then value._type or "" else "";
    mkOverride = priority: content: {
      _type = "override";
      inherit priority content;
    };
    unique = foldl' (seen: one: if builtins.elem one seen then seen else seen ++ [ one ]) [ ];

    # Names within, without asking any condition: asking could go round in a circle.
    namesOf =
      def:
      let
        kind = kindOf def;
      in
      if kind == "merge" then
        concatMap namesOf def.contents
      else if kind == "if" || kind == "override" then
        namesOf def.content
      else if isAttrs def then
        attrNames def
      else
        throw "an attribute set was expected, not a ${builtins.typeOf def}";

    # The definitions of one attribute, each with what stood around it.
    pushDown =
      name: def:
      let
        kind = kindOf def;
        again = pushDown name;
      in
      if kind == "merge" then
        concatMap again def.contents
      else if kind == "if" || kind == "override" then
        map (content: def // { inherit content; }) (again def.content)
      else if def ? ${name} then
        [ def.${name} ]
      else
        [ ];

    # Bare values with their priority; what has a false condition is gone.
    discharge =
      priority: def:
      let
        kind = kindOf def;
      in
      if kind == "merge" then
        concatMap (discharge priority) def.contents
      else if kind == "if" then
        (if def.condition then discharge priority def.content else [ ])
      else if kind == "override" then
        discharge def.priority def.content
      else
        [
          {
            inherit priority;
            value = def;
          }
        ];

    # [ ] when there is none, else one value.
    mergeDefs =
      path: type: defs:
      let
        all = concatMap (discharge plain) defs;
        best = foldl' (low: one: if one.priority < low then one.priority else low) 10000 all;
        values = map (one: one.value) (filter (one: one.priority == best) all);
        where = builtins.concatStringsSep "." path;
        bad = filter (value: !(type.check value)) values;
      in
      if all == [ ] then
        [ ]
      else if bad != [ ] then
        throw "the option ${where} is not of type ${type.name}"
      else
        [ (type.merge path values) ];
  };
in
tools
