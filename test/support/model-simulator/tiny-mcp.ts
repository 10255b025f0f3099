// The smallest MCP server over HTTP that the real CLI accepts: one tool, `send`. For the simulator's tests only.
import { createServer } from "node:http";
import { readJson } from "./read-json.ts";

export type SentMessage = { readonly arguments: unknown; readonly toolUseId: string | undefined };
export type TinyMcp = AsyncDisposable & {
  /** For `--mcp-config`. */
  readonly config: string;
  readonly sent: readonly SentMessage[];
};

type Call = {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: {
    readonly protocolVersion?: string;
    readonly arguments?: unknown;
    readonly _meta?: Readonly<Record<string, string>>;
  };
};

const SEND_TOOL = {
  name: "send",
  description: "Send a message.",
  inputSchema: { type: "object", properties: { to: { type: "string" }, text: { type: "string" } } },
};

const answer = (call: Call, sent: SentMessage[]): unknown => {
  if (call.method === "initialize") {
    return {
      protocolVersion: call.params?.protocolVersion,
      capabilities: { tools: {} },
      serverInfo: { name: "tiny", version: "1" },
    };
  }
  if (call.method === "tools/list") return { tools: [SEND_TOOL] };
  if (call.method !== "tools/call") return {};
  sent.push({
    arguments: call.params?.arguments,
    toolUseId: call.params?.["_meta"]?.["claudecode/toolUseId"],
  });
  return { content: [{ type: "text", text: `accepted as m${sent.length}` }] };
};

export const startTinyMcp = async (): Promise<TinyMcp> => {
  const sent: SentMessage[] = [];
  const server = createServer((request, response) => {
    const serve = async () => {
      if (request.method !== "POST") return void response.writeHead(405).end();
      const { value } = await readJson(request);
      const call = value as Call;
      if (call.id === undefined) return void response.writeHead(202).end();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ jsonrpc: "2.0", id: call.id, result: answer(call, sent) }));
    };
    serve().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const entry = { type: "http", url: `http://127.0.0.1:${port}/mcp`, alwaysLoad: true };
  return {
    config: JSON.stringify({ mcpServers: { hyperhive: entry } }),
    sent,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
