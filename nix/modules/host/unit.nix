# [Service] of hive-c0re, apart from what it starts. It is root that writes units and containers, so much of what
# `systemd-analyze security` counts cannot be taken away; each thing that can be is.
{
  Type = "notify";
  NotifyAccess = "main";
  Restart = "always";
  RestartSec = 1;
  # Its builds and one-shot git processes end with it; containers are units of their own and do not.
  KillMode = "mixed";
  TimeoutStopSec = 30;
  # The database is checked at each start, and a big one takes longer than the 90 s that systemd allows.
  TimeoutStartSec = "10min";
  # It says each minute that it is well; silent for two, it hangs, and is started anew.
  WatchdogSec = "2min";

  StateDirectory = "hyperhive";
  StateDirectoryMode = "0700";
  RuntimeDirectory = "hyperhive";
  # Passable, not listable: host.sock within it is 0660 root:hive-admin.
  RuntimeDirectoryMode = "0751";
  # Containers bind directories from here. Removed at a stop, they would look at dead ones, and could not start again.
  RuntimeDirectoryPreserve = "yes";
  UMask = "0077";

  # Each of them makes the executable run code that is not ours.
  UnsetEnvironment = "BUN_OPTIONS BUN_BE_BUN BUN_INSPECT";

  # What can be taken away from it and from its children.
  NoNewPrivileges = true;
  RestrictRealtime = true;
  RestrictAddressFamilies = [
    "AF_UNIX"
    "AF_INET"
    "AF_INET6"
    "AF_NETLINK"
  ];

  # What `systemd-analyze security` counts besides, and why it is not set. Root's nix builds in the caller: what binds
  # this unit binds every build of an agent's system.
  #   ProtectSystem, ProtectHome, PrivateTmp, ProtectKernel*   a mount namespace of its own: what it unmounts below a
  #                               container's root would stay mounted on the host; and it writes /etc/nixos-containers,
  #                               /nix/var/nix/profiles and /var/lib/nixos-containers
  #   ProtectHostname, RestrictNamespaces, PrivateUsers   nix's sandbox makes namespaces and names the host in them
  #   LockPersonality, SystemCallArchitectures            builds for 32 bit
  #   PrivateDevices, ProtectClock                        builds that ask for /dev/kvm
  #   MemoryDenyWriteExecute      its JavaScript engine compiles at run time
  #   CapabilityBoundingSet       it gives files to agents' uids, signals their processes and enters their namespaces
}
