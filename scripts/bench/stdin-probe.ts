/**
 * Stands in front of the real claude and writes down when each line reached its standard input, then passes it on.
 * Run as a program by wake-latency; `HIVE_PROBE_CLAUDE` is the real one, `HIVE_PROBE_LOG` the file of
 * `<milliseconds since 1970> <line>`.
 */
import { appendFileSync } from "node:fs";

const claude = process.env["CLAUDE_PROBE_TARGET"] ?? "";
const log = process.env["CLAUDE_PROBE_LOG"] ?? "";
const args = process.argv.slice(2);
const child = Bun.spawn([claude, ...args], {
  stdin: args.includes("--input-format") ? "pipe" : "inherit",
  stdout: "inherit",
  stderr: "inherit",
  env: process.env,
});
const target = child.stdin;
if (target !== undefined && typeof target !== "number") {
  for await (const chunk of Bun.stdin.stream()) {
    const now = performance.timeOrigin + performance.now();
    target.write(chunk);
    await target.flush();
    appendFileSync(log, `${now} ${new TextDecoder().decode(chunk).slice(0, 2000).replaceAll("\n", " ")}\n`);
  }
  await target.end();
}
process.exitCode = await child.exited;
