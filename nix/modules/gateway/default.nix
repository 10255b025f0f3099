# The gateway module. It reads the host's options and the forge's, so both come with it.
{
  imports = [
    ../host
    ../forge
    ./options.nix
    ./config.nix
  ];
}
