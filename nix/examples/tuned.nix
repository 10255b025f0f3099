# Further settings by the names of the daemon's own file: they win, and are checked while the system is built.
{
  services.hyperhive = {
    enable = true;
    dashboardPort = 7070;
    allowedHosts = [ "hive.lan" ];
    limits.timelineEvents = 200000;
    notify.level = "urgent";
    notify.ntfy.url = "https://ntfy.example.org/my-hive";
    settings.limits.link_grace_seconds = 20;
  };
}
