/**
 * c0re's own bare repository of one agent's configuration: what was proposed and what became of it, as tags. Nobody
 * else writes here. How commits get in: receive.ts.
 */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type GitOptions, git, tryGit } from "../../platform/git.ts";
import type { RunResult } from "../../platform/run.ts";
import type { Env } from "../../platform/spawn.ts";
import { HiveError } from "../../wire/errors.ts";
import { LIMITS } from "./limits.ts";
import { pinRef } from "./meta-flake.ts";
import { parseTree, type TreeEntry } from "./tree.ts";
import { visibleText } from "./visible-text.ts";

export type TagKind = "proposal" | "approved" | "building" | "deployed" | "failed";

export interface Tag {
  readonly kind: TagKind;
  /** Of the approval. */
  readonly id: bigint;
  readonly sha: string;
  /** Milliseconds. */
  readonly at: number;
  /** Why it failed, for `failed`. */
  readonly text: string;
}

export interface TagInput {
  readonly kind: TagKind;
  readonly id: bigint;
  readonly sha: string;
  readonly text?: string;
  readonly at: number;
}

export interface Change {
  /** Every line that changes, with nothing left out. */
  readonly diff: string;
  /** Files and numbers of lines, as `git diff --stat`. */
  readonly stat: string;
}

export interface Applied {
  readonly path: string;
  exists(): boolean;
  /** Repeatable. */
  create(): Promise<void>;
  has(sha: string): Promise<boolean>;
  /** The full sha of a tag (`deployed/7`) or of the beginning of a sha; undefined when there is none. */
  resolve(ref: string): Promise<string | undefined>;
  /** First line of the commit's message. */
  subject(sha: string): Promise<string>;
  files(sha: string): Promise<readonly TreeEntry[]>;
  text(sha: string, path: string): Promise<string>;
  change(from: string, to: string): Promise<Change>;
  /** A commit of exactly these files, held by a ref. */
  commit(files: Readonly<Record<string, string>>, message: string, at: number): Promise<string>;
  /** The commit with its history, as a pack. */
  pack(sha: string): Promise<Uint8Array>;
  /** Once: a tag that is there stays as it is. */
  tag(tag: TagInput): Promise<void>;
  tags(): Promise<readonly Tag[]>;
}

const TAG_REF = /^(proposal|approved|building|deployed|failed)\/(-?\d{1,19})$/;
const SHA_START = /^[0-9a-f]{7,40}$/;
const NUL = "\0";

export function appliedRepo(path: string): Applied {
  const call = (args: readonly string[], more: Partial<GitOptions> = {}): Promise<RunResult> =>
    git({ cwd: path, args: [`--git-dir=${path}`, ...args], ...more });
  const tryCall = (args: readonly string[]): Promise<RunResult> =>
    tryGit({ cwd: path, args: [`--git-dir=${path}`, ...args] });
  const resolve = async (ref: string): Promise<string | undefined> => {
    if (!TAG_REF.test(ref) && !SHA_START.test(ref)) return undefined;
    const name = TAG_REF.test(ref) ? `refs/tags/${ref}` : ref;
    const { code, stdout } = await tryCall(["rev-parse", "--verify", "--quiet", `${name}^{commit}`]);
    return code === 0 ? stdout.trim() : undefined;
  };
  return {
    path,
    exists: () => existsSync(join(path, "HEAD")),
    create: () => create(path),
    has: async (sha) => (await tryCall(["cat-file", "-e", `${sha}^{commit}`])).code === 0,
    resolve,
    subject: async (sha) => {
      const { stdout } = await call(["log", "-1", "--no-show-signature", "--format=%s", sha]);
      return visibleText(stdout.trim()).slice(0, 200);
    },
    files: async (sha) => parseTree((await call(["ls-tree", "-r", "-t", "-l", "-z", sha])).stdout),
    text: async (sha, file) => {
      const { stdout, truncated } = await call(["cat-file", "blob", `${sha}:${file}`], {
        maxOutput: LIMITS.fileBytes,
      });
      if (truncated) throw new HiveError("too_large", `"${file}" is too large`);
      return stdout;
    },
    change: (from, to) => change(call, from, to),
    commit: (files, message, at) => commit(call, { files, message, at }),
    pack: async (sha) => {
      const args = ["pack-objects", "--revs", "--stdout", "--quiet"];
      const done = await call(args, { input: `${sha}\n`, maxOutput: LIMITS.packBytes });
      if (!done.truncated) return done.stdoutBytes;
      throw new HiveError("too_large", "the configuration with its history is too large");
    },
    tag: async (tag) => {
      const name = `${tag.kind}/${tag.id}`;
      if ((await resolve(name)) !== undefined) return;
      const message =
        visibleText(tag.text ?? name)
          .replace(/\s+/g, " ")
          .slice(0, 2_000) || name;
      await call(["tag", "--annotate", `--message=${message}`, name, tag.sha], { env: dated(tag.at) });
    },
    tags: async () => {
      const format =
        "--format=%(refname:strip=2)%00%(*objectname)%00%(taggerdate:unix)%00%(contents:subject)";
      const { stdout } = await call(["for-each-ref", format, "refs/tags"]);
      return stdout.split("\n").flatMap(parseTag);
    },
  };
}

/** Begins the names of directories that a crash may leave; `sweep` removes them. */
export const QUARANTINE = "incoming-";

/** Whole or not at all: who looks meanwhile sees no half of it. */
async function create(path: string): Promise<void> {
  if (existsSync(join(path, "HEAD"))) return;
  const draft = mkdtempSync(join(path, "..", QUARANTINE));
  try {
    await git({ cwd: draft, args: ["init", "--bare", "--quiet", "--template=", draft] });
    renameSync(draft, path);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

type Call = (args: readonly string[], more?: Partial<GitOptions>) => Promise<RunResult>;

function dated(at: number): Env {
  const date = `${Math.floor(at / 1000)} +0000`;
  return { GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
}

/** Nothing in the tree decides how it is shown: no attributes, no filters, no renames, binary files as text. */
async function change(call: Call, from: string, to: string): Promise<Change> {
  const common = ["--no-ext-diff", "--no-textconv", "--no-renames", "--no-color", "--text", from, to, "--"];
  const maxOutput = LIMITS.diffBytes + 1;
  const patch = await call(
    ["diff", "--full-index", "--unified=5", "--src-prefix=a/", "--dst-prefix=b/", ...common],
    {
      maxOutput,
    },
  );
  if (patch.truncated || patch.stdoutBytes.length > LIMITS.diffBytes) {
    throw new HiveError(
      "too_large",
      `the change is larger than "${LIMITS.diffBytes / 1024}" KiB: nobody can judge it`,
      { hint: "ask for it in smaller steps" },
    );
  }
  const stat = await call(["diff", "--stat=100", "--stat-count=100", ...common]);
  return { diff: visibleText(patch.stdout), stat: visibleText(stat.stdout).trimEnd() };
}

interface CommitInput {
  readonly files: Readonly<Record<string, string>>;
  readonly message: string;
  readonly at: number;
}

async function commit(call: Call, { files, message, at }: CommitInput): Promise<string> {
  const entries: string[] = [];
  for (const [path, input] of Object.entries(files)) {
    const { stdout } = await call(["hash-object", "-w", "--stdin"], { input });
    entries.push(`100644 blob ${stdout.trim()}\t${path}\n`);
  }
  const tree = (await call(["mktree"], { input: entries.join("") })).stdout.trim();
  const made = await call(["commit-tree", "-m", message, tree], { env: dated(at) });
  const sha = made.stdout.trim();
  await call(["update-ref", pinRef(sha), sha]);
  return sha;
}

function parseTag(line: string): Tag[] {
  const [name = "", sha = "", date = "", text = ""] = line.split(NUL);
  const match = TAG_REF.exec(name);
  if (match === null) return [];
  const [, kind, id] = match;
  return [{ kind: kind as TagKind, id: BigInt(id ?? "0"), sha, at: Number(date) * 1000, text }];
}
