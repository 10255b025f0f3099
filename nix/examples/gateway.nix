# A hive in a network: TLS by a certificate authority of its own, a forge, a Matrix client.
{
  services.hyperhive = {
    enable = true;
    domain = "hive.example.org";
    adminUsers = [ "you" ];
    gateway.enable = true;
    gateway.matrix.root = "/var/www/element";
    forge.enable = true;
  };
  users.users.you.isNormalUser = true;
}
