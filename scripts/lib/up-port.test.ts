import { describe, expect, test } from "bun:test";
import { dashboardAnswers, portTaken } from "./up-port.ts";

describe("the dashboard's port", () => {
  test("is refused while somebody listens on it, with what to do, and is free afterwards", async () => {
    const other = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data() {} } });
    const { port } = other;
    expect(await portTaken(port)).toBe(
      `port ${port} is in use by another program, or another hive: choose another one with --port N`,
    );
    other.stop(true);
    expect(await portTaken(port)).toBeUndefined();
  });

  test("answers when the dashboard's page is served there", async () => {
    const server = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("page") });
    const { port = 0 } = server;
    expect(await dashboardAnswers(port)).toBe(true);
    await server.stop(true);
    expect(await dashboardAnswers(port)).toBe(false);
  });
});
