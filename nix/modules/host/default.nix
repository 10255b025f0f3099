# The host module: options, what cannot be, and what follows.
{
  imports = [
    ./options.nix
    ./asserts.nix
    ./config.nix
  ];
}
