# node_modules, as a fixed output: the one step that sees the network. Its hash is of the result, so it is the same
# whatever Bun made it; scripts/gen/node-modules-hash.ts recomputes and writes it.
{
  lib,
  stdenvNoCC,
  bun,
  cacert,
  sources,
}:
let
  hashes = lib.importJSON ./node-modules-hash.json;
in
stdenvNoCC.mkDerivation {
  name = "hyperhive-node-modules";
  src = sources.lock;
  nativeBuildInputs = [ bun ];
  impureEnvVars = lib.fetchers.proxyImpureEnvVars ++ [
    "NIX_NPM_REGISTRY"
    "SSL_CERT_FILE"
  ];
  SSL_CERT_FILE = "${cacert}/etc/ssl/certs/ca-bundle.crt";
  dontConfigure = true;
  # Nothing of the store may get into a fixed output.
  dontFixup = true;
  buildPhase = ''
    export HOME=$TMPDIR BUN_INSTALL_CACHE_DIR=$TMPDIR/cache
    bun install ${lib.escapeShellArgs hashes.flags}
  '';
  installPhase = ''
    mkdir $out
    cp -r node_modules $out/
  '';
  outputHashMode = "recursive";
  outputHashAlgo = "sha256";
  outputHash = hashes.hash;
}
