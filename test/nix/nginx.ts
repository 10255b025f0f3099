// The gateway's configuration, rendered by Nix and run by an nginx on loopback, before a backend of the test.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { nixEval, nixReason } from "../../scripts/lib/nix-eval.ts";
import { ROOT } from "../../scripts/lib/paths.ts";

const UNPACKED = join(ROOT, ".tools/debian/usr/sbin");

function nginx(): string | null {
  return Bun.which("nginx", { PATH: `${process.env["PATH"]}:/usr/sbin:${UNPACKED}` });
}

export function gatewayReason(): string | undefined {
  return nixReason() ?? (nginx() === null ? "nginx is not installed" : undefined);
}

export interface Gateway extends AsyncDisposable {
  /** host:port */
  readonly address: string;
}

/** `matrix`: files of the single-page application, by path. */
export async function startGateway(
  dashboard: string,
  matrix: Readonly<Record<string, string>>,
): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), "hive-gateway-"));
  for (const [path, content] of Object.entries(matrix)) {
    const full = join(directory, "www/matrix", path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, content);
  }
  const address = `127.0.0.1:${await freePort()}`;
  const conf = join(directory, "nginx.conf");
  writeFileSync(conf, render({ dashboard, directory, address }));
  // It may be root who starts it, and then its workers are nobody: they must reach the files.
  Bun.spawnSync(["chmod", "-R", "a+rX", directory]);
  const argv = [nginx() ?? "nginx", "-e", join(directory, "error.log"), "-p", directory, "-c", conf];
  const child = Bun.spawn(argv, { stdout: "ignore", stderr: "pipe" });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(directory, { recursive: true, force: true });
  };
  if (!(await answers(address, child))) {
    const why = await new Response(child.stderr).text();
    await stop();
    throw new Error(`nginx did not start: ${why}`);
  }
  return { address, [Symbol.asyncDispose]: stop };
}

interface Rendered {
  readonly dashboard: string;
  readonly directory: string;
  readonly address: string;
}

function render({ dashboard, directory, address }: Rendered): string {
  const file = join(ROOT, "nix/modules/gateway/render.nix");
  const words = {
    directory,
    listen: address,
    arguments: { dashboard, matrixParent: join(directory, "www") },
  };
  const given = join(directory, "given.json");
  writeFileSync(given, JSON.stringify(words));
  return String(
    nixEval({ words: ["-E", `import ${file} (builtins.fromJSON (builtins.readFile ${given}))`] }),
  );
}

function freePort(): Promise<number> {
  const found = Promise.withResolvers<number>();
  const server = createServer().listen(0, "127.0.0.1", () => {
    const bound = server.address();
    const port = typeof bound === "object" && bound !== null ? bound.port : 0;
    server.close(() => found.resolve(port));
  });
  return found.promise;
}

async function answers(address: string, child: Bun.Subprocess): Promise<boolean> {
  for (const deadline = Date.now() + 10_000; Date.now() < deadline && child.exitCode === null; ) {
    const ok = await fetch(`http://${address}/matrix/none`).then(
      () => true,
      () => false,
    );
    if (ok) return true;
    await Bun.sleep(20);
  }
  return false;
}
