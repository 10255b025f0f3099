/**
 * The text of `/etc/nixos-containers/<container>.conf`, pure: an EnvironmentFile of systemd. What we own is set, each
 * key once; everything else stays as it was, to the byte: comments, line ends, lines edited by hand.
 */

export interface ConfItem {
  /** As it stands in the file, with its line end. */
  readonly raw: string;
  /** Undefined for comments, blank lines and lines that assign nothing. */
  readonly key: string | undefined;
}

/** Always set before a start. */
export const OWNED_EMPTY = [
  "HOST_ADDRESS",
  "LOCAL_ADDRESS",
  "HOST_ADDRESS6",
  "LOCAL_ADDRESS6",
  "HOST_BRIDGE",
] as const;

export function ownedKeys(flags: string): Readonly<Record<string, string>> {
  return {
    // Any address would make a network of its own, and the agent's pages would not be reachable from the host.
    PRIVATE_NETWORK: "0",
    ...Object.fromEntries(OWNED_EMPTY.map((key) => [key, ""])),
    EXTRA_NSPAWN_FLAGS: flags,
  };
}

/** What `nixos-container create` writes besides, for a file that is new. */
export const FRESH_CONF = "HOST_PORT=\nAUTO_START=0\nCOPY_RESOLV_CONF=1\n";

/** Idempotent: the result of an edit stays as it is under the same edit. */
export function editConf(text: string, owned: Readonly<Record<string, string>>): string {
  const items = parseConf(text);
  const eol = endOf(items.findLast(({ raw }) => endOf(raw) !== "")?.raw ?? "\n");
  const left = new Map(Object.entries(owned));
  const kept: string[] = [];
  for (const { raw, key } of items) {
    if (key === undefined || owned[key] === undefined) {
      kept.push(raw);
      continue;
    }
    const value = left.get(key);
    left.delete(key);
    // The first place is taken; a later line of the same key would win, so it goes.
    if (value !== undefined) kept.push(`${key}=${quote(value)}${endOf(raw) || eol}`);
  }
  const added = [...left].map(([key, value]) => `${key}=${quote(value)}${eol}`);
  const last = kept.at(-1) ?? "";
  if (added.length === 0 || isClosed(last)) return [...kept, ...added].join("");
  if (isClosed(last + eol)) return [...kept, eol, ...added].join("");
  // Whatever follows a quote that nobody closed, or a backslash, is part of it.
  return [...kept.slice(0, -1), ...added, last].join("");
}

/** A line after it is a line of its own. */
function isClosed(raw: string): boolean {
  return raw === "" || endOfEntry(`${raw}#`, 0) === raw.length;
}

function endOf(raw: string): string {
  return /\r?\n?$/.exec(raw)?.[0] ?? "";
}

/** Only `'…'` keeps a backslash as it is. */
function quote(value: string): string {
  if (value.includes("'") || /[\r\n]/.test(value)) throw new TypeError("the value cannot be quoted");
  return /^[A-Za-z0-9_./:@%+,=-]*$/.test(value) ? value : `'${value}'`;
}

/** What a key is set to, as systemd reads it: the last one counts. */
export function confValue(text: string, key: string): string | undefined {
  const item = parseConf(text).findLast((one) => one.key === key);
  return item === undefined ? undefined : readValue(item.raw);
}

/** Joined again, the raws are the text. */
export function parseConf(text: string): readonly ConfItem[] {
  const items: ConfItem[] = [];
  for (let at = 0; at < text.length; ) {
    const end = endOfEntry(text, at);
    const raw = text.slice(at, end);
    items.push({ raw, key: keyOf(raw) });
    at = end;
  }
  return items;
}

function keyOf(raw: string): string | undefined {
  return /^[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*=/.exec(raw)?.[1];
}

/** Past the line end that closes the entry: one within quotes or behind a backslash does not. */
function endOfEntry(text: string, start: number): number {
  const line = lineEnd(text, start);
  const assigned = keyOf(text.slice(start, line));
  if (assigned === undefined) return line;
  let quoted: string | undefined;
  for (let at = text.indexOf("=", start) + 1, atStart = true; at < text.length; at++) {
    const char = text.charAt(at);
    if (char === "\\" && quoted !== "'") at += text.startsWith("\r\n", at + 1) ? 2 : 1;
    else if (quoted !== undefined) quoted = char === quoted ? undefined : quoted;
    else if (char === "\n" || char === "\r") return lineEnd(text, at);
    // A quote counts only where a value, or the next part of one, begins.
    else if (atStart && (char === '"' || char === "'")) quoted = char;
    else if (char !== " " && char !== "\t") atStart = false;
  }
  return text.length;
}

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text.charAt(at) === "\n") return at + 1;
    if (text.charAt(at) === "\r") return text.charAt(at + 1) === "\n" ? at + 2 : at + 1;
  }
  return text.length;
}

function readValue(raw: string): string {
  const body = raw.slice(raw.indexOf("=") + 1).replace(/[\r\n]+$/, "");
  let value = "";
  let quoted: string | undefined;
  for (let at = 0, atStart = true; at < body.length; at++) {
    const char = body.charAt(at);
    if (char === "\\" && quoted !== "'") {
      const next = body.startsWith("\r\n", at + 1) ? "\r\n" : body.charAt(at + 1);
      at += next.length;
      atStart = false;
      if (quoted === '"' && !'"\\`$\n'.includes(next)) value += char;
      if (next !== "\n" && next !== "\r\n") value += next;
    } else if (quoted !== undefined) {
      if (char === quoted) quoted = undefined;
      else value += char;
    } else if (atStart && (char === '"' || char === "'")) quoted = char;
    else if (atStart && (char === " " || char === "\t")) continue;
    else {
      atStart = false;
      value += char;
    }
  }
  return quoted === undefined ? value.trimEnd() : value;
}
