/**
 * The part of the Model Context Protocol that a tool server needs, as functions of a request: initialize, ping,
 * tools/list, tools/call. By hand, because the SDK costs 7 MB of private memory in each idle harness (measured
 * 2026-11, @modelcontextprotocol/sdk 1.32.2) and its plain JSON answers cannot report progress, without which
 * claude gives a silent tool up after 300 s. Not here: HTTP (http.ts) and the tools.
 */
import { z } from "zod";
import type { Tool } from "./tool.ts";

/** Newest first. */
export const PROTOCOL_VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

export const RPC_ERRORS = {
  parse: -32700,
  invalidRequest: -32600,
  noMethod: -32601,
  invalidParams: -32602,
} as const;

const Id = z.union([z.string().max(200), z.number()]);
export type RpcId = z.output<typeof Id>;

export const RpcMessage = z.looseObject({
  jsonrpc: z.literal("2.0"),
  /** Absent in a notification. */
  id: Id.optional(),
  method: z.string().max(200).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type RpcMessage = z.output<typeof RpcMessage>;

export const CallParams = z.looseObject({
  name: z.string().max(200),
  arguments: z.record(z.string(), z.unknown()).default({}),
  _meta: z
    .looseObject({
      progressToken: Id.optional(),
      "claudecode/toolUseId": z.string().max(200).optional(),
    })
    .default({}),
});
export type CallParams = z.output<typeof CallParams>;

export const CancelParams = z.looseObject({ requestId: Id, reason: z.string().optional() });

export interface ServerFacts {
  readonly name: string;
  readonly version: string;
  /** Put into the conversation by claude. */
  readonly instructions: string;
  readonly tools: readonly Tool[];
}

export function rpcResult(id: RpcId, result: unknown): object {
  return { jsonrpc: "2.0", id, result };
}

export function rpcError(id: RpcId | undefined, code: number, message: string): object {
  return { jsonrpc: "2.0", id: id ?? null, error: { code, message } };
}

export function progressNotification(token: RpcId, progress: number, message: string): object {
  return {
    jsonrpc: "2.0",
    method: "notifications/progress",
    params: { progressToken: token, progress, message },
  };
}

/** The schema a tool is offered with. */
export function inputSchema(tool: Tool): Record<string, unknown> {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(tool.input, { io: "input" });
  return schema;
}

/** The answer to everything but tools/call; undefined when the method is not known. */
export function answerPlain(server: ServerFacts, message: RpcMessage): unknown {
  switch (message.method) {
    case "initialize":
      return initialize(server, message.params?.["protocolVersion"]);
    case "ping":
      return {};
    case "tools/list":
      return {
        tools: server.tools.map((tool) => ({
          name: tool.name,
          description: tool.description,
          inputSchema: inputSchema(tool),
        })),
      };
    default:
      return undefined;
  }
}

function initialize(server: ServerFacts, asked: unknown): object {
  const known = PROTOCOL_VERSIONS.find((version) => version === asked);
  return {
    protocolVersion: known ?? PROTOCOL_VERSIONS[0],
    capabilities: { tools: {} },
    serverInfo: { name: server.name, version: server.version },
    instructions: server.instructions,
  };
}
