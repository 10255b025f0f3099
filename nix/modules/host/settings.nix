# The daemon's settings file as a value: options in, JSON's attributes out. Pure. `programs`: its tools, absolute.
{
  lib,
  hive,
  programs,
}:
cfg:
lib.recursiveUpdate (
  hive.said {
    inherit (cfg) domain manager notify;
    port = cfg.dashboardPort;
    host = cfg.listenAddress;
    allowed_hosts = cfg.allowedHosts;
    forge_url = cfg.forgeUrl;
    matrix_url = cfg.matrixUrl;
    stop_agents_on_exit = cfg.stopAgentsOnExit;
  }
  // {
    state_dir = "/var/lib/hyperhive";
    runtime_dir = "/run/hyperhive";
    backend = "nixos-container";
    admin_group = "hive-admin";
    # The same on the host and in a container, and each has its own.
    claude_path = "/run/current-system/sw/bin/claude";
    harness_path = "${cfg.harnessPackage}/bin/hive-ag3nt";
    containers = {
      inherit programs;
      flake = cfg.agents.flake;
    };
    limits = {
      timeline_events = cfg.limits.timelineEvents;
      link_grace_seconds = cfg.limits.linkGraceSeconds;
      boot_grace_seconds = cfg.limits.bootGraceSeconds;
    };
  }
) cfg.settings
