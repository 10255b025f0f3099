/** Deno's unix datagrams are unstable, so systemd's own tool sends it; that tool is there wherever systemd is. */
import { spawnSync } from "node:child_process";
import process from "node:process";

export function sendDatagram(address: string, text: string): void {
  const env = { NOTIFY_SOCKET: address, PATH: process.env["PATH"] ?? "/usr/bin:/bin" };
  const { error, status } = spawnSync("systemd-notify", text.split("\n"), {
    env,
    stdio: "ignore",
    timeout: 2_000,
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`systemd-notify ended with ${status}`);
}
