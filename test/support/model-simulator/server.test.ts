import { describe, expect, test } from "bun:test";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type ModelSimulator, startModelSimulator } from "./server.ts";

type Asked = { readonly stream?: boolean; readonly signal?: AbortSignal; readonly text?: string };

const ask = ({ url }: { readonly url: string }, options: Asked = {}): Promise<Response> =>
  fetch(`${url}/v1/messages?beta=true`, {
    method: "POST",
    signal: options.signal,
    headers: { "content-type": "application/json", "x-api-key": "simulated" },
    body: JSON.stringify({
      model: "m",
      stream: options.stream ?? false,
      messages: [{ role: "user", content: options.text ?? "hello" }],
    }),
  });

const textOf = async (response: Response): Promise<string> => {
  const { content } = (await response.json()) as { content: readonly { text: string }[] };
  return content.map((block) => block.text).join("");
};

const settled = (simulator: ModelSimulator) => simulator.waitFor((request) => request.outcome !== "open");

describe("simulator", () => {
  test("answers without and with a stream", async () => {
    await using simulator = await startModelSimulator({ rules: [{ say: "hi there" }] });
    expect(await textOf(await ask(simulator))).toBe("hi there");
    const streamed = await ask(simulator, { stream: true });
    expect(streamed.headers.get("content-type")).toBe("text/event-stream");
    expect(await streamed.text()).toEndWith('event: message_stop\ndata: {"type":"message_stop"}\n\n');
    expect(simulator.requests.map((request) => [request.stream, request.outcome])).toEqual([
      [false, "done"],
      [true, "done"],
    ]);
  });

  test("never repeats an id", async () => {
    await using simulator = await startModelSimulator();
    const ids = await Promise.all(
      Array.from({ length: 50 }, async () => ((await (await ask(simulator)).json()) as { id: string }).id),
    );
    expect(new Set(ids).size).toBe(50);
  });

  test("knows only the Messages API", async () => {
    await using simulator = await startModelSimulator();
    expect((await fetch(simulator.url, { method: "HEAD" })).status).toBe(200);
    const other = await fetch(`${simulator.url}/v1/models`);
    expect(other.status).toBe(404);
    expect(await other.json()).toMatchObject({ type: "error", error: { type: "not_found_error" } });
    expect(simulator.otherRequests).toEqual(["HEAD /", "GET /v1/models"]);
  });

  test("refuses what is not a request", async () => {
    await using simulator = await startModelSimulator();
    for (const body of ["", "{", "[]", '{"model":"m","messages":[]}']) {
      const response = await fetch(`${simulator.url}/v1/messages`, { method: "POST", body });
      expect(response.status).toBe(400);
    }
    expect(simulator.requests).toHaveLength(0);
  });

  test("errors carry status, body and headers", async () => {
    const error = { status: 429, retry_after: 2, headers: { "x-extra": "1" } };
    await using simulator = await startModelSimulator({
      rules: [{ error, rate_limit: { status: "rejected", resets_in_s: 60, utilization: 1 } }],
      now: () => 1_000_000,
    });
    const response = await ask(simulator, { stream: true });
    expect(response.status).toBe(429);
    expect(await response.json()).toMatchObject({ error: { type: "rate_limit_error" } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "retry-after": "2",
      "x-extra": "1",
      "anthropic-ratelimit-unified-status": "rejected",
      "anthropic-ratelimit-unified-reset": "1060",
      "anthropic-ratelimit-unified-5h-utilization": "1",
    });
  });

  test("a stream can be reset, ended early or broken by an error", async () => {
    await using simulator = await startModelSimulator({ rules: [{ cut: { after_events: 3, how: "rst" } }] });
    await expect(ask(simulator, { stream: true }).then((response) => response.text())).rejects.toThrow();
    expect((await settled(simulator)).eventsSent).toBe(3);

    simulator.setRules([{ cut: { after_events: 3, how: "end" } }]);
    const ended = await (await ask(simulator, { stream: true })).text();
    expect(ended.match(/^event: /gm)).toHaveLength(3);

    simulator.setRules([{ cut: { after_events: 1, how: "error" } }]);
    expect(await (await ask(simulator, { stream: true })).text()).toContain("overloaded_error");
    expect(await textOf(await ask(simulator))).toBe("ok");
  });

  test("a client that leaves is seen, while it waits, thinks or stalls", async () => {
    await using simulator = await startModelSimulator({
      rules: [
        { when: { last_user: "wait" }, delay_ms: 60_000 },
        { when: { last_user: "think" }, think_ms: 60_000 },
        { when: { last_user: "stall" }, cut: { after_events: 2, how: "stall" } },
      ],
    });
    for (const [index, text] of ["wait", "think", "stall"].entries()) {
      const client = new AbortController();
      const answer = ask(simulator, { text, stream: true, signal: client.signal })
        .then((response) => response.text())
        .catch(() => "left");
      const arrived = (seq: number) => seq === index + 1;
      await simulator.waitFor(
        (request) => arrived(request.seq) && (text === "wait" || request.eventsSent === 2),
      );
      client.abort();
      expect(await answer).toBe("left");
      const entry = await simulator.waitFor((request) => arrived(request.seq) && request.aborted);
      expect(entry.outcome).toBe("aborted");
    }
  });

  test("stopping ends everything that is under way", async () => {
    const simulator = await startModelSimulator({ rules: [{ delay_ms: 60_000 }] });
    const answer = ask(simulator).then(
      () => "answered",
      () => "cut off",
    );
    await simulator.waitFor((request) => request.seq === 1);
    const waiting = simulator.waitFor(() => false);
    await Promise.all([simulator.stop(), expect(waiting).rejects.toThrow("no such request")]);
    expect(await answer).toBe("cut off");
    expect(await simulator.stopped).toBe("stopped");
  });

  test("is bounded in requests and in time", async () => {
    const few = await startModelSimulator({ maxRequests: 1 });
    expect((await ask(few)).status).toBe(200);
    const refused = await ask(few);
    expect(await refused.text()).toContain("used up");
    expect(await few.stopped).toBe("max_requests");
    const short = await startModelSimulator({ maxSeconds: 0.01 });
    expect(await short.stopped).toBe("max_seconds");
  });

  test("a log that cannot be written is refused at the start", async () => {
    await expect(
      startModelSimulator({ logFile: join(import.meta.dir, "no-such-folder", "log") }),
    ).rejects.toThrow("ENOENT");
  });

  test("another program may change the rules and read the log, a web page may not", async () => {
    await using simulator = await startModelSimulator();
    const post = (body: unknown, headers: Record<string, string> = {}) =>
      fetch(`${simulator.url}/__sim/rules`, { method: "POST", body: JSON.stringify(body), headers });
    expect((await post([{ say: "new" }])).status).toBe(200);
    expect(await textOf(await ask(simulator))).toBe("new");
    expect((await post([{ sya: "typo" }])).status).toBe(400);
    expect((await post([], { origin: "http://example.org" })).status).toBe(403);
    const log = (await (await fetch(`${simulator.url}/__sim/requests`)).json()) as { requests: unknown[] };
    expect(log.requests).toHaveLength(1);
  });
});

describe("simulator program", () => {
  test("stops when whoever started it is gone", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "--while-stdin"], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const exited = new Promise((resolve) => child.once("exit", resolve));
    await new Promise((resolve) => child.stdout.once("data", resolve));
    child.stdin.end();
    expect(await exited).toBe(0);
  });

  test("names the mistake in its options and its script", async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), "--port", "x"], {
      stdio: "pipe",
    });
    const said = new Promise<string>((resolve) =>
      child.stderr.once("data", (data: Buffer) => resolve(String(data))),
    );
    expect(await said).toContain('--port needs a whole number, not "x"');
    expect(await new Promise((resolve) => child.once("exit", resolve))).toBe(2);
  });

  test("starts from a script, writes its port and its log, and stops on a signal", async () => {
    const directory = mkdtempSync(join(tmpdir(), "hive-sim-"));
    const file = (name: string) => join(directory, name);
    writeFileSync(file("script.json"), JSON.stringify([{ name: "greet", say: "from a file" }]));
    const args = [
      "--script",
      file("script.json"),
      "--port-file",
      file("port"),
      "--log",
      file("log"),
      "--max-seconds",
      "20",
    ];
    const child = spawn(process.execPath, [join(import.meta.dirname, "main.ts"), ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    try {
      const exited = new Promise((resolve) => child.once("exit", resolve));
      const line = await new Promise<string>((resolve) =>
        createInterface({ input: child.stdout }).once("line", resolve),
      );
      const { url, port } = JSON.parse(line) as { url: string; port: number };
      expect(readFileSync(file("port"), "utf8")).toBe(`${port}\n`);
      expect(await textOf(await ask({ url }))).toBe("from a file");
      child.kill("SIGTERM");
      expect(await exited).toBe(0);
      expect(JSON.parse(readFileSync(file("log"), "utf8"))).toMatchObject({ rule: "greet", outcome: "done" });
    } finally {
      child.kill("SIGKILL");
      rmSync(directory, { recursive: true, force: true });
    }
  });
});
