# The option reference as markdown, in three trees: the host's, an agent's, and both with an index.
{
  self,
  pkgs,
  lib,
  # Where the links to the declaring files lead: by default from docs/options/ in this repository.
  sourceUrl ? "../..",
}:
let
  # Only what options are declared with: no system is evaluated, so no package is asked for.
  host = lib.evalModules {
    modules = [
      ../modules/gateway
      {
        _module.check = false;
        _module.args = { inherit pkgs; };
      }
    ];
  };
  # The agents' side as a real agent has it.
  agent = self.nixosConfigurations.agent-base;

  relative = file: lib.removePrefix "${toString ../..}/" (toString file);
  reference =
    root: options:
    pkgs.nixosOptionsDoc {
      inherit options;
      warningsAreErrors = true;
      transformOptions =
        option:
        option
        // {
          visible = option.visible && lib.take (builtins.length root) option.loc == root;
          declarations = map (file: {
            name = relative file;
            url = "${sourceUrl}/${relative file}";
          }) option.declarations;
        };
    };
  page =
    title: root: options:
    pkgs.runCommand "hyperhive-options"
      {
        # For a test: the same list as our own generator's.
        passthru.names = builtins.attrNames (reference root options).optionsNix;
      }
      ''
      mkdir -p $out
      { echo '# ${title}'; echo; cat ${(reference root options).optionsCommonMark}; } >$out/options.md
      if ! grep -q '^## ' $out/options.md; then
        echo "no option below ${lib.concatStringsSep "." root}: the reference would be empty" >&2
        exit 1
      fi
    '';
  docs-host =
    page "Options of a host"
      [
        "services"
        "hyperhive"
      ]
      host.options;
  docs-agent = page "Options of an agent" [ "hyperhive" ] agent.options;
in
{
  inherit docs-host docs-agent;
  docs = pkgs.runCommand "hyperhive-docs" { } ''
    mkdir -p $out
    cp ${docs-host}/options.md $out/host.md
    cp ${docs-agent}/options.md $out/agent.md
    printf '# Options\n\n- [of a host](host.md)\n- [of an agent](agent.md)\n' >$out/index.md
  '';
}
