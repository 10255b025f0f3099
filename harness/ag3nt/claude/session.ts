/**
 * Which conversation is the agent's: an id in our state directory, and claude's own transcript of it. Whether to
 * begin or to resume is decided by the transcript's existence, never by a counter.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readFileNoFollow, writeFileAtomic } from "../../../src/platform/atomic-file.ts";

const Stored = z.object({ session_id: z.uuid() });

export interface Sessions {
  /** The current conversation's id; a new one on first use. */
  readonly id: string;
  /** claude has a transcript of it. */
  exists(): boolean;
  /** A conversation that never was; the old one stays on disk. */
  renew(): string;
  /** claude says it goes by another id now. */
  adopt(id: string): void;
}

export interface SessionsOptions {
  readonly file: string;
  /** claude's configuration directory. */
  readonly configDir: string;
  readonly uuid: () => string;
}

function load(file: string): string | undefined {
  try {
    return Stored.parse(JSON.parse(readFileNoFollow(file).toString("utf8"))).session_id;
  } catch {
    // Never written, or damaged: either way there is none, and the transcript stays where it is.
    return undefined;
  }
}

/** Searched in all of claude's project folders: how it names them is its own business. */
function transcriptExists(configDir: string, id: string): boolean {
  const projects = join(configDir, "projects");
  try {
    return readdirSync(projects).some((folder) => existsSync(join(projects, folder, `${id}.jsonl`)));
  } catch {
    return false;
  }
}

export function openSessions(options: SessionsOptions): Sessions {
  const { file, configDir, uuid } = options;
  const store = (id: string): string => {
    writeFileAtomic(file, `${JSON.stringify({ session_id: id })}\n`);
    return id;
  };
  let current = load(file) ?? store(uuid());
  return {
    get id() {
      return current;
    },
    exists: () => transcriptExists(configDir, current),
    renew: () => {
      current = store(uuid());
      return current;
    },
    adopt: (id) => {
      if (id !== current && z.uuid().safeParse(id).success) current = store(id);
    },
  };
}
