# The smallest hive: reached by hivectl on this machine, and by a browser through `ssh -L 7000:127.0.0.1:7000`.
{
  services.hyperhive.enable = true;
  services.hyperhive.adminUsers = [ "you" ];
  users.users.you.isNormalUser = true;
}
