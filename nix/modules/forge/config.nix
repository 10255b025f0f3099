# Forgejo, closed: no registration, no mail, loopback only. Accounts and tokens are made by the operator for now
# (docs/install-nixos.md); hive-forge, which would use them, is not part of this version.
{ config, lib, ... }:
let
  cfg = config.services.hyperhive;
  behind = cfg.domain != null && cfg.gateway.enable or false;
in
{
  config = lib.mkIf (cfg.enable && cfg.forge.enable) {
    services.forgejo = {
      enable = true;
      settings = {
        server = {
          HTTP_ADDR = "127.0.0.1";
          HTTP_PORT = cfg.forge.port;
          DOMAIN = if behind then cfg.domain else "127.0.0.1";
          ROOT_URL =
            if behind then
              "https://${toString cfg.domain}/forge/"
            else
              "http://127.0.0.1:${toString cfg.forge.port}/";
          DISABLE_SSH = true;
        };
        service = {
          DISABLE_REGISTRATION = true;
          REQUIRE_SIGNIN_VIEW = true;
        };
        session.COOKIE_SECURE = behind;
      };
    };
    services.hyperhive.forgeUrl = lib.mkIf behind (lib.mkDefault "https://${toString cfg.domain}/forge/");
  };
}
