# `services.hyperhive.forge.*`: a forge of the hive's own.
{ lib, ... }:
{
  options.services.hyperhive.forge = {
    enable = lib.mkEnableOption "a Forgejo instance for the agents, on loopback";
    port = lib.mkOption {
      type = lib.types.port;
      default = 3000;
      description = "Its port, on loopback.";
    };
  };
}
