// The simulator as a program: `bun test/support/model-simulator/main.ts --port 0 --script FILE`.
// Prints one JSON line with its address, stops on SIGTERM, SIGINT or its own limits.
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parseScript, type RuleInput } from "./script.ts";
import { startModelSimulator } from "./server.ts";

const USAGE = `usage: main.ts [--port N] [--script FILE] [--port-file FILE] [--log FILE] [--agent-marker REGEXP]
               [--max-requests N] [--max-seconds N] [--while-stdin]

--while-stdin: stop when stdin ends, so that it never outlives the program that started it.`;

const wholeNumber = (name: string, value: string | undefined): number | undefined => {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value);
  throw new TypeError(`--${name} needs a whole number, not "${value}"\n${USAGE}`);
};

const readRules = (file: string | undefined): readonly RuleInput[] => {
  if (file === undefined) return [];
  const value: unknown = JSON.parse(readFileSync(file, "utf8"));
  parseScript(value);
  return value as readonly RuleInput[];
};

const run = async (): Promise<number> => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: {
      port: text,
      script: text,
      "port-file": text,
      log: text,
      "agent-marker": text,
      "max-requests": text,
      "max-seconds": text,
      "while-stdin": { type: "boolean" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  const marker = values["agent-marker"];
  const simulator = await startModelSimulator({
    rules: readRules(values.script),
    port: wholeNumber("port", values.port),
    logFile: values.log,
    agentMarker: marker === undefined ? undefined : new RegExp(marker),
    maxRequests: wholeNumber("max-requests", values["max-requests"]),
    maxSeconds: wholeNumber("max-seconds", values["max-seconds"]),
  });
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void simulator.stop());
  if (values["while-stdin"]) process.stdin.resume().once("end", () => void simulator.stop());
  const portFile = values["port-file"];
  if (portFile !== undefined) {
    // By rename: who waits for the file must never read half a number.
    writeFileSync(`${portFile}.tmp`, `${simulator.port}\n`);
    renameSync(`${portFile}.tmp`, portFile);
  }
  console.log(JSON.stringify({ url: simulator.url, port: simulator.port, pid: process.pid }));
  const reason = await simulator.stopped;
  if (reason !== "stopped") console.error(`model simulator stopped by itself: ${reason}`);
  return reason === "stopped" ? 0 : 1;
};

process.exitCode = await run().catch((cause: unknown) => {
  console.error(cause instanceof Error ? cause.message : String(cause));
  return 2;
});
