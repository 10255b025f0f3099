# Which files each derivation sees. A change elsewhere (branding, prompts, documents, tests) rebuilds none of it.
{ lib }:
let
  root = ../..;
  inherit (lib.fileset)
    difference
    fileFilter
    toSource
    unions
    ;
  isTest = file: lib.hasSuffix ".test.ts" file.name || lib.hasSuffix ".test.tsx" file.name;
in
{
  # All that `bun install` reads: code can change without another download.
  lock = toSource {
    inherit root;
    fileset = unions [
      ../../package.json
      ../../bun.lock
      ../../bunfig.toml
    ];
  };
  programs = toSource {
    inherit root;
    fileset = difference (unions [
      ../../src
      ../../harness
      ../../scripts/build.ts
      ../../scripts/lib
      ../../package.json
      ../../tsconfig.json
      ../../bunfig.toml
    ]) (fileFilter isTest root);
  };
  assets = ../../assets;
}
