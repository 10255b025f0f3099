# What cannot work is a sentence at evaluation, not a surprise at run time.
{ config, lib, ... }:
let
  hive = import ../../lib;
  cfg = config.services.hyperhive;
  loopback = builtins.match "127[.].*|::1" cfg.listenAddress != null;
  check = assertion: message: { inherit assertion message; };
in
{
  config = lib.mkIf cfg.enable {
    assertions = [
      (check (hive.isAgentName cfg.manager) ''
        services.hyperhive.manager: "${cfg.manager}" is not an agent name: 1 to 31 of a-z, 0-9 and -.
      '')
      (check loopback ''
        services.hyperhive.listenAddress: "${cfg.listenAddress}" is not loopback, and the dashboard speaks no TLS.
        Set services.hyperhive.gateway.enable and services.hyperhive.domain to reach it from outside.
      '')
      (check (!(builtins.elem cfg.dashboardPort [ 80 443 ])) ''
        services.hyperhive.dashboardPort: 80 and 443 are the gateway's.
      '')
      (check (cfg.dashboardPort < 8100 || cfg.dashboardPort > 8999) ''
        services.hyperhive.dashboardPort: 8100 to 8999 are the agents' own pages.
      '')
    ];
  };
}
