// Speaks as an agent's harness over its socket, truthfully or not. For tests of what c0re believes.
import { randomUUID } from "node:crypto";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { LINK_VERSION } from "../../src/wire/version.ts";

export type Answer = Readonly<Record<string, unknown>>;

export interface AgentLink extends AsyncDisposable {
  /** The first frame; `more` may lie. */
  hello(more?: Answer): Promise<Answer>;
  request(fields: Answer): Promise<Answer>;
  /** Raw bytes, and no waiting. */
  write(text: string | Uint8Array): void;
  /** The next line that answers nothing we asked. */
  line(): Promise<Answer>;
  readonly closed: Promise<void>;
}

const ANSWER_MS = 15_000;

export function agentLink(stateDir: string, agent: string): Promise<AgentLink> {
  const path = join(stateDir, "run/agents", agent, "hive.sock");
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(face(socket)));
    socket.once("error", reject);
  });
}

function face(socket: Socket): AgentLink {
  const waiting = new Map<number, (answer: Answer) => void>();
  const unasked: Answer[] = [];
  const readers: ((answer: Answer) => void)[] = [];
  let rid = 0;
  const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  socket.on("error", () => {});
  createInterface({ input: socket }).on("line", (line) => {
    const answer = JSON.parse(line) as Answer;
    const asked = waiting.get(Number(answer["rid"] ?? -1));
    waiting.delete(Number(answer["rid"] ?? -1));
    const reader = asked ?? readers.shift();
    if (reader === undefined) unasked.push(answer);
    else reader(answer);
  });
  const bounded = (wait: Promise<Answer>): Promise<Answer> => {
    const gone = closed.then((): Answer => ({ ok: false, code: "closed" }));
    const late = Promise.withResolvers<Answer>();
    const timer = setTimeout(() => late.reject(new Error("no answer over the agent's socket")), ANSWER_MS);
    return Promise.race([wait, gone, late.promise]).finally(() => clearTimeout(timer));
  };
  const request = (fields: Answer): Promise<Answer> => {
    rid += 1;
    const answered = new Promise<Answer>((resolve) => waiting.set(rid, resolve));
    socket.write(`${JSON.stringify({ rid, ...fields })}\n`);
    return bounded(answered);
  };
  return {
    hello: (more = {}) =>
      request({
        cmd: "hello",
        link_version: LINK_VERSION,
        version: "test",
        pid: process.pid,
        boot_id: randomUUID(),
        ...more,
      }),
    request,
    write: (text) => void socket.write(text),
    line: () => {
      const ready = unasked.shift();
      if (ready !== undefined) return Promise.resolve(ready);
      return bounded(new Promise((resolve) => readers.push(resolve)));
    },
    closed,
    [Symbol.asyncDispose]: async () => {
      socket.destroy();
      await closed;
    },
  };
}
