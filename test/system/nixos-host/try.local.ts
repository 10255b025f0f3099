import { startNixosHost } from "./nixos-host.ts";

await using host = await startNixosHost();
try {
  await host.spawn("dora");
} catch (e) {
  console.log("ERR", (e as Error).message.slice(0, 300));
}
console.log(host.machine.run(["sh", "-c", "journalctl -o cat --no-pager -n 60 | grep -v audit"]).stdout);
