# A host comes up, its operator is let in, a restart of the daemon keeps what containers bind.
{ inputs }:
{
  name = "hyperhive-host";
  # The test's own nixpkgs instance sets it for all nodes otherwise.
  node.pkgsReadOnly = false;
  nodes.host = {
    imports = [ inputs.self.nixosModules.default ];
    services.hyperhive.enable = true;
    services.hyperhive.adminUsers = [ "jane" ];
    users.users.jane.isNormalUser = true;
    users.users.mallory.isNormalUser = true;
    virtualisation.memorySize = 2048;
  };
  testScript = ''
    host.wait_for_unit("hive-c0re.service")
    host.wait_for_open_port(7000, "127.0.0.1")
    host.succeed("su -l jane -c 'hivectl agent list'")
    host.fail("su -l mallory -c 'hivectl agent list'")

    with subtest("the runtime directory outlives the daemon"):
        before = host.succeed("stat -c %i /run/hyperhive").strip()
        host.succeed("systemctl restart hive-c0re.service")
        host.wait_for_unit("hive-c0re.service")
        assert host.succeed("stat -c %i /run/hyperhive").strip() == before
        host.succeed("systemctl stop hive-c0re.service", "test -d /run/hyperhive/agents")
  '';
}
