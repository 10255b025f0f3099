# A hive with a public name, and a certificate for it by ACME.
{
  services.hyperhive = {
    enable = true;
    domain = "hive.example.org";
    gateway.enable = true;
    gateway.tls = "acme";
  };
  security.acme.acceptTerms = true;
  security.acme.defaults.email = "you@example.org";
}
