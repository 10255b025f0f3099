# Packages as names: what is made of text keeps it.
let
  fake = name: {
    type = "derivation";
    inherit name;
    outPath = "/nix/store/${name}";
    meta = { };
  };
  written = name: text: fake name // { inherit text; };
in
{
  inherit fake;
  pkgs =
    builtins.listToAttrs (
      map (name: { inherit name; value = fake name; }) [
        "claude-code"
        "e2fsprogs"
        "git"
        "hyperhive-assets"
        "hyperhive-c0re"
        "hyperhive-harness"
        "openssl"
        "systemd"
        "util-linux"
        "weston"
      ]
    )
    // {
      python3Packages.requests = fake "python3-requests";
      stdenv.hostPlatform.system = "x86_64-linux";
      runtimeShell = "/nix/store/bash/bin/bash";
      writeText = written;
      writeShellScript = written;
      writeTextDir = path: written "dir-of-${path}";
      runCommand = name: _: script: fake name // { inherit script; };
    };
}
