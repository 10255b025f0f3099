# nginx for the hive; what it says is nginx.nix.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.services.hyperhive;
  gateway = cfg.gateway;
  ca = "/var/lib/hyperhive-ca";
  lines = import ./nginx.nix {
    dashboard = "127.0.0.1:${toString cfg.dashboardPort}";
    forge = if cfg.forge.enable then "127.0.0.1:${toString cfg.forge.port}" else null;
    matrixParent = if gateway.matrix.root == null then null else "${matrixTree}";
  };
  matrixTree = pkgs.runCommand "matrix-tree" { } ''
    mkdir $out
    ln -s ${gateway.matrix.root} $out/matrix
  '';
  certificates = {
    local-ca = {
      sslCertificate = "${ca}/cert.pem";
      sslCertificateKey = "${ca}/key.pem";
    };
    acme.enableACME = true;
    files = {
      sslCertificate = gateway.certificate;
      sslCertificateKey = gateway.certificateKey;
    };
  };
in
{
  config = lib.mkIf (cfg.enable && gateway.enable) {
    assertions = [
      {
        assertion = cfg.domain != null;
        message = "services.hyperhive.gateway needs services.hyperhive.domain: the name it serves.";
      }
      {
        assertion = gateway.tls != "files" || (gateway.certificate != null && gateway.certificateKey != null);
        message = ''services.hyperhive.gateway.tls = "files" needs certificate and certificateKey.'';
      }
    ];

    services.nginx = {
      enable = true;
      appendHttpConfig = lines.http;
      virtualHosts.${toString cfg.domain} = certificates.${gateway.tls} // {
        forceSSL = true;
        locations = lib.mapAttrs (_: extraConfig: { inherit extraConfig; }) lines.locations;
      };
    };
    networking.firewall.allowedTCPPorts = lib.mkIf gateway.openFirewall [
      80
      443
    ];

    systemd.services.hyperhive-ca = lib.mkIf (gateway.tls == "local-ca") {
      description = "certificate of the hive's gateway";
      wantedBy = [ "nginx.service" ];
      before = [ "nginx.service" ];
      path = [ pkgs.openssl ];
      environment.HIVE_CA_GROUP = "nginx";
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = "${pkgs.runtimeShell} ${./local-ca.sh} ${ca} ${toString cfg.domain}";
        StateDirectory = "hyperhive-ca";
        ProtectSystem = "strict";
        PrivateNetwork = true;
      };
    };
    # Before it runs out: a host may stay up for a year.
    systemd.timers.hyperhive-ca-renew = lib.mkIf (gateway.tls == "local-ca") {
      wantedBy = [ "timers.target" ];
      timerConfig.OnCalendar = "weekly";
    };
    systemd.services.hyperhive-ca-renew = lib.mkIf (gateway.tls == "local-ca") {
      description = "renewal of the gateway's certificate";
      serviceConfig = {
        Type = "oneshot";
        ExecStart = [
          "${pkgs.systemd}/bin/systemctl restart hyperhive-ca.service"
          "${pkgs.systemd}/bin/systemctl reload nginx.service"
        ];
      };
    };
  };
}
