# `services.hyperhive.gateway.*`: the way in from outside.
{ lib, ... }:
let
  inherit (lib) mkEnableOption mkOption types;
in
{
  options.services.hyperhive.gateway = {
    enable = mkEnableOption "nginx before the dashboard, with TLS";
    tls = mkOption {
      type = types.enum [
        "local-ca"
        "acme"
        "files"
      ];
      default = "local-ca";
      description = ''
        Where the certificate comes from: a certificate authority made on this host
        (`/var/lib/hyperhive-ca/ca.pem`, to be imported once into a browser), ACME, or files of your own.
      '';
    };
    certificate = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "With `files`: path of the certificate chain.";
    };
    certificateKey = mkOption {
      type = types.nullOr types.str;
      default = null;
      description = "With `files`: path of its key.";
    };
    matrix.root = mkOption {
      type = types.nullOr types.str;
      default = null;
      example = "/var/www/element";
      description = "Directory of a Matrix client's files, served below `/matrix/`.";
    };
    openFirewall = mkOption {
      type = types.bool;
      default = true;
      description = "Open ports 80 and 443.";
    };
  };
}
