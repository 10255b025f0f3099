/** What `scripts/up` asks of the hive, all of it through the hivectl a user would run. */
import { z } from "zod";

export interface Hivectl {
  /** Runs a verb and returns its parsed JSON; undefined when it failed. */
  tryJson(args: readonly string[]): Promise<unknown>;
  /** Runs a verb quietly; throws what it printed when it failed. */
  run(args: readonly string[]): Promise<void>;
  agents(): Promise<string[]>;
  loginLink(): Promise<string>;
  /** Why the agents are not caged, in the doctor's words; undefined when they are. */
  notIsolated(): Promise<string[] | undefined>;
  /** A verb whose output goes to our terminal until it or we end. */
  follow(args: readonly string[]): void;
  /** Ends what still follows. */
  close(): void;
}

const Rows = z.object({ agents: z.array(z.object({ name: z.string() })) });
const Link = z.object({ url: z.string() });
const Info = z.object({ info: z.object({ isolated: z.boolean() }) });
const Finding = z.object({
  check: z.string(),
  level: z.string(),
  text: z.string(),
  remedy: z.string().optional(),
});
const Findings = z.object({ findings: z.array(Finding) });

interface Answer {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

export function createHivectl(program: string, socket: string): Hivectl {
  const start = (args: readonly string[], io: "pipe" | "inherit") =>
    Bun.spawn([program, "--socket", socket, ...args], { stdin: "ignore", stdout: io, stderr: io });

  const followers: { kill(signal: "SIGTERM"): void }[] = [];

  const ask = async (args: readonly string[]): Promise<Answer> => {
    const child = start(args, "pipe");
    const [out, err, code] = await Promise.all([
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      child.exited,
    ]);
    return { out, err, code };
  };
  const json = async (args: readonly string[]): Promise<unknown> => {
    const answer = await ask([...args, "--json"]);
    if (answer.code !== 0) throw new Error(answer.err.trim());
    return JSON.parse(answer.out);
  };
  return {
    tryJson: (args) => json(args).catch(() => undefined),
    run: async (args) => {
      const answer = await ask(args);
      if (answer.code !== 0) throw new Error(answer.err.trim() || `hivectl ${args.join(" ")} failed`);
    },
    agents: async () => Rows.parse(await json(["agent", "list"])).agents.map(({ name }) => name),
    loginLink: async () => Link.parse(await json(["login"])).url,
    notIsolated: async () => {
      if (Info.parse(await json(["info"])).info.isolated) return undefined;
      // The doctor ends with another code than 0 when something needs a look.
      const { findings } = Findings.parse(JSON.parse((await ask(["doctor", "--json"])).out));
      const cage = findings.filter(({ check, level }) => check === "bubblewrap" && level !== "ok");
      return cage.flatMap(({ text, remedy }) => [text, ...(remedy === undefined ? [] : [remedy])]);
    },
    follow: (args) => void followers.push(start(args, "inherit")),
    close: () => {
      for (const follower of followers) follower.kill("SIGTERM");
    },
  };
}
