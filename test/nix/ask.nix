# The questions, the same to the stub and to a real nixpkgs: hosts, agents, and configurations that must be refused.
{
  root,
  inputs,
  agentSystem,
  unit,
  toplevel,
  # container@.service, which is NixOS's own: stubs have none.
  container ? _: null,
  # Names of all options, as the packages of the reference have them.
  reference ? null,
}:
let
  system = "x86_64-linux";
  inherit (inputs.nixpkgs) lib;
  examples = import (root + "/nix/examples") { inherit inputs system; };
  agents = root + "/test/fixtures/nix/agents";
  refused = config: map (each: each.message) (builtins.filter (each: !each.assertion) config.assertions);
  ours = config: builtins.filter (message: builtins.match ".*(hyperhive).*" message != null) (refused config);

  hostFacts =
    nixos:
    let
      inherit (nixos) config;
      nginx =
        if config.services.hyperhive.gateway.enable then config.services.nginx.virtualHosts else { };
    in
    {
      drv = toplevel config;
      unit = unit config "hive-c0re";
      container = container config;
      settings = config.services.hyperhive.rendered;
      refused = ours config;
      containers = config.boot.enableContainers;
      trusted = config.nix.settings.trusted-users;
      admins = config.users.groups.hive-admin.members;
      nginx = {
        http = config.services.nginx.appendHttpConfig or "";
        locations = builtins.mapAttrs (_: host: builtins.mapAttrs (_: location: location.extraConfig) host.locations) nginx;
      };
    };
  agentFacts =
    name: config:
    let
      nixos = agentSystem { inherit name config; };
    in
    {
      drv = toplevel nixos.config;
      unit = unit nixos.config "hive-ag3nt";
      json = nixos.config.hyperhive.rendered;
      refused = ours nixos.config;
      packages = map lib.getName nixos.config.environment.systemPackages;
      dhcp = nixos.config.networking.useDHCP;
      firewall = nixos.config.networking.firewall.enable;
      nspawn = nixos.config.boot.isNspawnContainer;
      user = {
        inherit (nixos.config.users.users.${name})
          uid
          group
          home
          extraGroups
          ;
      };
      sudo = nixos.config.security.sudo.wheelNeedsPassword;
      sandboxFallback = nixos.config.nix.settings.sandbox-fallback;
      unfree = map nixos.config.nixpkgs.config.allowUnfreePredicate [
        { pname = "claude-code"; }
        { pname = "steam"; }
      ];
      etc = builtins.attrNames (
        lib.filterAttrs (path: _: builtins.match "hyperhive(/.*)?" path != null) (nixos.config.environment.etc or { })
      );
    };
  desktop = (agentSystem {
    name = "gui";
    config = agents + "/gui";
  }).config;
  wrong =
    settings:
    ours
      (lib.nixosSystem {
        inherit system;
        modules = [
          inputs.self.nixosModules.default
          {
            services.hyperhive = { enable = true; } // settings;
          }
        ];
      }).config;
in
{
  inherit reference;
  agentFields = builtins.attrNames (
    removeAttrs
      (lib.evalModules { modules = [ (root + "/nix/modules/agent/options.nix") ]; }).options.hyperhive
      [ "rendered" ]
  );
  hosts = builtins.mapAttrs (_: hostFacts) examples // {
    # As `nix flake init` writes it.
    template =
      hostFacts
        ((import (root + "/nix/templates/host/flake.nix")).outputs {
          inherit (inputs) nixpkgs;
          hyperhive = inputs.self;
        }).nixosConfigurations.hive;
  };
  agents = {
    bare = agentFacts "bare" null;
    alice = agentFacts "alice" (agents + "/alice");
    bob = agentFacts "bob" (agents + "/bob");
    # Says in agent.nix what agent.json does not.
    liar = { inherit (agentFacts "liar" (agents + "/liar")) refused; };
  };
  desktop = {
    unit = unit desktop "hive-desktop";
    pam = desktop.security.pam.services.weston-remote-access.text;
    variables = { inherit (desktop.environment.variables) WAYLAND_DISPLAY XDG_RUNTIME_DIR; };
    harness = unit desktop "hive-ag3nt";
  };
  badPackage = (builtins.tryEval ((import (root + "/nix/lib")).findPackage { } "no.such")).success;
  badName = (builtins.tryEval (agentSystem { name = "Not-A-Name"; }).config.networking.hostName).success;
  wrong = {
    manager = wrong { manager = "All Caps"; };
    listen = wrong { listenAddress = "0.0.0.0"; };
    agentsPort = wrong { dashboardPort = 8100; };
    noDomain = wrong { gateway.enable = true; };
    noFiles = wrong {
      domain = "hive.example.org";
      gateway.enable = true;
      gateway.tls = "files";
    };
  };
}
