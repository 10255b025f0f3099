/** The dashboard's port: whether it is free before the daemon is started, and whether it answers afterwards. */
import { createServer } from "node:net";

const HOST = "127.0.0.1";

/** Why this port cannot be used, with what to do; undefined when it can. The daemon itself would try for 20 s. */
export async function portTaken(port: number): Promise<string | undefined> {
  const server = createServer();
  const code = await new Promise<string | undefined>((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "?"));
    server.listen({ host: HOST, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
  if (code === undefined) return undefined;
  if (code === "EACCES") return `port ${port} is for root alone: choose one above 1023 with --port N`;
  if (code !== "EADDRINUSE") return `port ${port} cannot be used (${code}): choose another one with --port N`;
  return `port ${port} is in use by another program, or another hive: choose another one with --port N`;
}

export async function dashboardAnswers(port: number): Promise<boolean> {
  try {
    const answer = await fetch(`http://${HOST}:${port}/`, { signal: AbortSignal.timeout(2_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    return false;
  }
}
