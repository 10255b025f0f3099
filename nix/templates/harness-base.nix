# What every agent's container is made of. Evaluated once for each agent, in a nixpkgs instance of its own.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  hive = import ../lib;
  name = lib.removePrefix "h-" config.networking.hostName;
  agentJson = pkgs.writeText "agent.json" (builtins.toJSON config.hyperhive.rendered);
  # Read by our own program while the system is built: what it would refuse at a start never becomes a system.
  checked =
    pkgs.runCommand "agent-json" { nativeBuildInputs = [ pkgs.hyperhive-c0re ]; }
      ''
        hive-c0re check-agent ${agentJson}
        install -Dm444 ${agentJson} $out/agent.json
      '';
in
{
  imports = [
    ../modules/agent/options.nix
    ./weston-vnc.nix
  ];

  # Systems that nixos-container starts from a flake must say so themselves; isContainer alone means any container.
  boot.isNspawnContainer = true;
  system.stateVersion = lib.mkDefault "26.05";
  networking.hostName = lib.mkDefault "h-agent";
  # The network is the host's: no firewall of our own, and above all no DHCP client on the host's interfaces.
  networking.firewall.enable = false;
  networking.useDHCP = false;
  # Every agent's system is built; nobody reads manuals in it.
  documentation.enable = lib.mkDefault false;

  # In the container's own instance of nixpkgs: what the host allows does not reach in here. This one package only.
  nixpkgs.config.allowUnfreePredicate = package: lib.getName package == "claude-code";

  # nspawn gives no user namespaces for a sandbox: without the fallback a build into a store of the agent's own fails.
  # (Others are built by the host's daemon, which heeds its own setting.) Forced: nixpkgs says false as loudly as we can.
  nix.settings.sandbox-fallback = lib.mkForce true;
  nix.settings.experimental-features = [
    "nix-command"
    "flakes"
  ];

  users.users.${name} = {
    isNormalUser = true;
    description = "agent ${name}";
    uid = hive.agentUid;
    group = name;
    home = "/home/${name}";
    extraGroups = [ "wheel" ];
  };
  users.groups.${name}.gid = hive.agentUid;
  # Root of its own container: what it installs by hand is gone with the next deploy, what agent.nix says stays.
  security.sudo.wheelNeedsPassword = false;

  # As hive-c0re gives it to the harness: a login by hand is then the login the harness uses.
  environment.variables.CLAUDE_CONFIG_DIR = "/home/${name}/.claude";
  environment.systemPackages = [
    pkgs.claude-code
    pkgs.git
    pkgs.hyperhive-harness
  ]
  ++ map (hive.findPackage pkgs) config.hyperhive.packages;

  # /etc/hyperhive is a read-only bind of the host: activation could write nothing there.
  system.systemBuilderCommands = ''
    ln -s ${checked} $out/hyperhive
  '';

  systemd.services.hive-ag3nt = {
    description = "harness of agent ${name}";
    documentation = [ "man:systemd-nspawn(1)" ];
    wantedBy = [ "multi-user.target" ];
    after = [ "network.target" ];
    # The list gets /bin appended: /run/wrappers/bin would become /run/wrappers/bin/bin, and sudo would not be setuid.
    # The system's own path: what agent.nix adds is there for every command without a change here.
    path = [
      "/run/wrappers"
      "/run/current-system/sw"
    ];
    environment.HYPERHIVE_ASSETS = "${pkgs.hyperhive-assets}/share/hyperhive";
    startLimitIntervalSec = 0;
    serviceConfig = {
      User = name;
      WorkingDirectory = "/agents/${name}/state";
      # Written by hive-c0re before each start: HOME, the socket, where claude is.
      EnvironmentFile = "/run/hive/harness.env";
      ExecStart = "${pkgs.hyperhive-harness}/bin/hive-ag3nt serve";
      Restart = "on-failure";
      RestartSec = 1;
      # Each of them makes the executable run code that is not ours.
      UnsetEnvironment = "BUN_OPTIONS BUN_BE_BUN BUN_INSPECT";
    };
  };
}
