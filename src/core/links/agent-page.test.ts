import { describe, expect, test } from "bun:test";
import { webPort } from "../../lib/fnv1a.ts";
import type { LinkObservation } from "../services.ts";
import { agentPort } from "./agent-page.ts";

const port = webPort("alice");
const ask = (seen: LinkObservation) => () => agentPort({ links: { observe: () => seen } }, "alice");

describe("an agent's page", () => {
  test("is on the port of its name, once its harness has it", () => {
    expect(ask({ connected: true, web_port: port })()).toBe(port);
  });

  test("[agent:confined] is nowhere else: no ticket goes to a stranger who listens there", () => {
    const strangers = [
      { connected: true },
      { connected: true, web_port: 7000 },
      { connected: true, web_port: -7 },
    ];
    for (const seen of strangers) expect(ask(seen)).toThrow(`it did not get its port ${port}`);
    expect(ask({ connected: false, web_port: port })).toThrow('agent "alice" is not running');
  });
});
