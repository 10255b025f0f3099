/** One tool call from claude: find, parse, run, and put what went wrong into words the model can act on. */
import type { z } from "zod";
import type { Clock } from "../../src/lib/clock.ts";
import type { Logger } from "../../src/platform/log.ts";
import type { AgentConfig } from "../../src/wire/agent-config.ts";
import { HiveError } from "../../src/wire/errors.ts";
import type { Message } from "../../src/wire/messages.ts";
import type { Journal } from "../ag3nt/journal/journal.ts";
import type { LinkCall } from "../ag3nt/link.ts";
import type { Commands } from "./bash/commands.ts";
import type { EffectKeys, TakenKey } from "./effect-keys.ts";
import { patientCall } from "./patient-call.ts";
import type { RunningLease, Tool, ToolContext, ToolResult } from "./tool.ts";

export interface RunToolOptions {
  readonly call: LinkCall;
  readonly lease: () => RunningLease | undefined;
  readonly config: () => AgentConfig;
  readonly formatMessages: (messages: readonly Message[]) => string;
  readonly effects: EffectKeys;
  /** Stands for the lease in a key when there is none. */
  readonly bootId: string;
  readonly commands: Commands;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ToolUse {
  readonly tool: Tool;
  readonly input: unknown;
  readonly toolUseId: string | undefined;
  readonly signal: AbortSignal;
}

/** How long a call waits for hive-c0re to come back. */
const PATIENCE_MS = 60_000;

/** Never rejects. */
export async function runTool(options: RunToolOptions, use: ToolUse): Promise<ToolResult> {
  const { tool, signal } = use;
  const parsed = tool.input.safeParse(use.input);
  if (!parsed.success) return failed(badInput(tool, parsed.error));
  const taken: TakenKey[] = [];
  try {
    const result = await tool.run(parsed.data, contextOf(options, { ...use, input: parsed.data }, taken));
    return typeof result === "string" ? { text: result, isError: false } : result;
  } catch (error) {
    if (signal.aborted) return failed("the call was cancelled");
    if (error instanceof HiveError && error.code === "unavailable") {
      for (const key of taken) key.giveBack();
      return failed(unreachable(error, taken.length > 0));
    }
    if (error instanceof HiveError) return failed(inWords(error));
    options.log.error({ error, tool: tool.name }, "a tool failed");
    return failed(
      "something went wrong inside the hive; its log has the story. Try once more, then tell the operator.",
    );
  }
}

function failed(text: string): ToolResult {
  return { text, isError: true };
}

function inWords(error: HiveError): string {
  return error.hint === undefined ? error.message : `${error.message} (${error.hint})`;
}

function unreachable(error: HiveError, changes: boolean): string {
  const base = `NOT done: the hive could not be reached for ${PATIENCE_MS / 1000} s (${error.message}).`;
  return changes
    ? `${base} Nothing was confirmed. Repeat the call later with exactly the same arguments: it cannot happen twice.`
    : `${base} Try again later.`;
}

function badInput(tool: Tool, error: z.ZodError): string {
  const issues = error.issues.slice(0, 5).map(({ path, message }) => {
    const field = path.map(String).join(".");
    return field === "" ? message : `"${field}": ${message}`;
  });
  return `nothing was done: the arguments of ${tool.name} are not right. ${issues.join("; ")}`;
}

function contextOf(options: RunToolOptions, use: ToolUse, taken: TakenKey[]): ToolContext {
  const { lease, config, formatMessages, effects, bootId, commands, journal, clock, log } = options;
  const { tool, input, toolUseId, signal } = use;
  const call = patientCall({ call: options.call, clock, signal, patienceMs: PATIENCE_MS });
  const takeIn = async (messages: readonly Message[]): Promise<string> => {
    const running = lease();
    for (const { id, from, body } of messages) journal.append({ kind: "message_in", id, from, body });
    if (running !== undefined && messages.length > 0) {
      const read = { lease_id: running.id, message_ids: messages.map(({ id }) => id) };
      // They are in the lease and claude sees them now; the mark alone is not worth losing them.
      await call("read", read).catch((error: unknown) =>
        log.warn({ error }, "messages could not be marked read"),
      );
    }
    return formatMessages(messages);
  };
  return {
    call,
    lease,
    config,
    takeIn,
    commands,
    journal,
    clock,
    signal,
    toolUseId,
    effect: () => {
      const running = lease();
      const key = effects.take({ scope: running?.id ?? bootId, tool: tool.name, input, toolUseId });
      taken.push(key);
      return { effect_key: key.key, ...(running === undefined ? {} : { lease_id: running.id }) };
    },
  };
}
