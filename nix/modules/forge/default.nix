# The forge module.
{
  imports = [
    ../host
    ./options.nix
    ./config.nix
  ];
}
