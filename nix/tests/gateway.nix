# The gateway answers with a certificate of its own authority, and keeps its key to itself.
{ inputs }:
{
  name = "hyperhive-gateway";
  node.pkgsReadOnly = false;
  nodes.host = {
    imports = [ inputs.self.nixosModules.default ];
    services.hyperhive = {
      enable = true;
      domain = "hive.test";
      gateway.enable = true;
    };
    networking.hosts."127.0.0.1" = [ "hive.test" ];
  };
  testScript = ''
    host.wait_for_unit("hive-c0re.service")
    host.wait_for_unit("nginx.service")
    host.succeed("curl --fail --silent --cacert /var/lib/hyperhive-ca/ca.pem https://hive.test/ | grep -q hyperhive")
    host.fail("curl --fail --silent https://hive.test/")
    host.succeed("test $(stat -c %a /var/lib/hyperhive-ca/ca.key) = 600")
  '';
}
