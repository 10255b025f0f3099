# `services.hyperhive.*`: every option, and nothing else. What follows from them is config.nix.
{ lib, ... }:
let
  inherit (lib) mkEnableOption mkOption types;
  option =
    type: default: description:
    mkOption { inherit type default description; };
  package =
    what:
    mkOption {
      type = types.package;
      description = "The package of ${what}. Default: this flake's.";
    };
in
{
  options.services.hyperhive = {
    enable = mkEnableOption "the hive: a daemon, hivectl, and a NixOS container for each agent";

    package = package "hive-c0re and hivectl";
    harnessPackage = package "hive-ag3nt and hive-forge, which the agents run";
    assetsPackage = package "prompts, claude's settings and branding";
    claudePackage = package "claude-code";

    domain = option (types.nullOr types.str) null ''
      Name under which the gateway serves the hive with TLS. Null: loopback only.
    '';
    dashboardPort = option types.port 7000 "Port of the dashboard, on loopback.";
    listenAddress = option types.str "127.0.0.1" ''
      Address of the dashboard. Anything but loopback is refused here: the gateway is the way in from outside.
    '';
    allowedHosts = option (types.listOf types.str) [ ] "Further names that a Host header may say.";
    adminUsers = mkOption {
      type = types.listOf types.str;
      default = [ ];
      example = [ "jane" ];
      description = "Members of the group `hive-admin`: they may use hivectl. It is as much as being root.";
    };
    manager = option types.str "hm1nd" "Name of the manager.";
    stopAgentsOnExit = option types.bool false ''
      Stop the agents when the daemon stops. Off: a restart of the daemon, which every update is, ends no turn.
    '';

    forgeUrl = option (types.nullOr types.str) null "Where the operator's browser finds the forge.";
    matrixUrl = option (types.nullOr types.str) null "Where the operator's browser finds the Matrix client.";

    notify = mkOption {
      type = types.attrs;
      default = { };
      example = {
        level = "urgent";
        ntfy.url = "https://ntfy.example.org/my-hive";
        ntfy.token_file = "/run/secrets/ntfy";
      };
      description = ''
        Who is told, and how, that something waits for a human; by the names of the daemon's own settings. Secrets are
        named by file: the store is readable by everybody.
      '';
    };

    limits = {
      timelineEvents = option (types.ints.between 1000 10000000) 50000 "Events of the timeline that are kept.";
      linkGraceSeconds = option (types.ints.between 0 600) 10 ''
        How long a batch waits for its harness to connect again.
      '';
      bootGraceSeconds = option (types.ints.between 0 600) 30 "The same, after a start of the daemon.";
    };

    agents = {
      flake = mkOption {
        type = types.str;
        description = ''
          Flake reference that brings `lib.agentSystem` to the agents' meta flake. Default: this flake with this
          host's nixpkgs, from the store, so that building an agent looks nothing up on the network.
        '';
      };
      nixTrustedUsers = option (types.listOf types.str) [ ] ''
        Whom this host's nix daemon trusts, in place of everything else that sets `nix.settings.trusted-users`. Root in
        a container is uid 0 to the daemon, and can take any other uid: who is trusted here, every agent can be, and
        that is as much as being the host's root. Root of the host needs no trust, since it does not ask the daemon.
      '';
    };

    settings = mkOption {
      type = types.attrs;
      default = { };
      example = {
        limits.link_grace_seconds = 20;
      };
      description = ''
        Further settings, by the names of the daemon's own settings file; they win over the options above.
        `hive-c0re check-config` reads the result while the system is built.
      '';
    };
    rendered = mkOption {
      type = types.attrs;
      readOnly = true;
      internal = true;
      description = "The content of the daemon's settings file.";
    };
  };
}
