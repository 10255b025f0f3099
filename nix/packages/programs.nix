# hive-c0re (also hivectl) and hive-ag3nt (also hive-forge): `scripts/build.ts` in the sandbox, twice the same.
{
  lib,
  stdenvNoCC,
  bun,
  node-modules,
  sources,
  revision,
}:
let
  version = (lib.importJSON ../../package.json).version;
  pin = lib.removePrefix "bun@" (lib.importJSON ../../package.json).packageManager;

  # The prompts are built in as a fallback. Here they come with the assets, and a change of a word must not compile
  # 100 MB anew: what is built in only says where to look.
  fallback = ''
    mkdir assets
    echo 'No prompt: HYPERHIVE_ASSETS is not set.' | tee assets/system-prompt.md >assets/system-prompt-manager.md
    echo '{}' >assets/claude-settings.json
  '';

in
# One build and two outputs: they share everything but 2 MB of code, and a container needs only one of them.
stdenvNoCC.mkDerivation {
  pname = "hyperhive";
  inherit version;
  src = sources.programs;
  outputs = [
    "out"
    "harness"
  ];
  nativeBuildInputs = [ bun ];
  HYPERHIVE_REVISION = revision;
  # The payload is a section of the file: strip removes it and leaves a plain Bun behind, without an error;
  # a changed rpath makes it crash.
  dontStrip = true;
  dontPatchELF = true;
  buildPhase = ''
    runHook preBuild
    oldest=$(printf '%s\n' ${pin} "$(bun --version)" | sort -V | head -n1)
    if [ "$oldest" != ${pin} ]; then
      echo "bun $(bun --version) is older than ${pin}, which hyperhive is built with: update nixpkgs-unstable" >&2
      exit 1
    fi
    export HOME=$TMPDIR
    ln -s ${node-modules}/node_modules node_modules
    ${fallback}
    bun scripts/build.ts --force
    runHook postBuild
  '';
  installPhase = ''
    install -Dm555 -t $out/bin dist/hive-c0re
    install -Dm555 -t $harness/bin dist/hive-ag3nt
    ln -s hive-c0re $out/bin/hivectl
    ln -s hive-ag3nt $harness/bin/hive-forge
  '';
  # A stripped one would answer with Bun's version.
  doInstallCheck = true;
  installCheckPhase = ''
    for file in $out/bin/* $harness/bin/*; do
      face=$(basename "$file")
      said=$("$file" --version)
      case "$said" in
        "$face ${version} "*) ;;
        *)
          echo "$face --version says: $said" >&2
          exit 1
          ;;
      esac
    done
  '';
  meta = {
    description = "A swarm of Claude Code agents on one host";
    license = lib.licenses.agpl3Plus;
    platforms = [
      "x86_64-linux"
      "aarch64-linux"
    ];
    mainProgram = "hive-c0re";
  };
}
