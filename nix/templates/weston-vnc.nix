# `hyperhive.gui.enable`: a desktop of the agent's own, which the harness relays to the operator's browser.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  name = lib.removePrefix "h-" config.networking.hostName;
  ini = pkgs.writeText "weston.ini" ''
    [core]
    idle-time=0

    [output]
    name=vnc
    mode=1280x800
  '';
  # One rule for names and ports, and it is the programs': nothing here computes a port.
  start = pkgs.writeShellScript "hive-desktop" ''
    set -eu
    port=$(${pkgs.hyperhive-harness}/bin/hive-ag3nt vnc-port ${name})
    printf '{"vnc_port":%s,"auth":"none","wayland_display":"wayland-0"}\n' "$port" >/run/hyperhive-gui/gui.json
    exec ${pkgs.weston}/bin/weston --config=${ini} --backend=vnc --address=127.0.0.1 --port="$port" \
      --disable-transport-layer-security --socket=wayland-0
  '';
in
{
  options.hyperhive.gui.enable = lib.mkEnableOption "a desktop (weston over VNC) for this agent";

  config = lib.mkIf config.hyperhive.gui.enable {
    # Every unit and shell sees the one display: a client without them opens another, or none.
    environment.variables = {
      WAYLAND_DISPLAY = "wayland-0";
      XDG_RUNTIME_DIR = "/run/hyperhive-gui";
    };
    systemd.globalEnvironment = {
      WAYLAND_DISPLAY = "wayland-0";
      XDG_RUNTIME_DIR = "/run/hyperhive-gui";
    };
    # The literal name in libweston. Weston itself demands that the user named is the one it runs as, before PAM.
    security.pam.services.weston-remote-access.text = ''
      auth required pam_permit.so
      account required pam_permit.so
    '';
    systemd.services.hive-desktop = {
      description = "desktop of agent ${name}";
      wantedBy = [ "multi-user.target" ];
      # `simple`: a desktop that does not come up must not hold up, or fail, a switch to another configuration.
      serviceConfig = {
        Type = "simple";
        User = name;
        RuntimeDirectory = "hyperhive-gui";
        RuntimeDirectoryMode = "0700";
        ExecStart = start;
        Restart = "on-failure";
        RestartSec = 2;
      };
    };
  };
}
