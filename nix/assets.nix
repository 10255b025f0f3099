# Branding, prompts and claude's settings: apart from the programs, so that neither rebuilds the other. librsvg is
# needed here only.
{
  lib,
  runCommand,
  librsvg,
  sources,
}:
runCommand "hyperhive-assets"
  {
    nativeBuildInputs = [ librsvg ];
    meta.license = lib.licenses.agpl3Plus;
  }
  ''
    mkdir -p $out/share/hyperhive
    # The store's files are read-only, and a copy would be too: nothing could be added to it.
    cp -r --no-preserve=mode,ownership ${sources.assets}/. $out/share/hyperhive/
    cd $out/share/hyperhive/branding
    bash render-png.sh .
  ''
