/**
 * Enough of JSON, Nix and Markdown to colour one line of a diff. Not a parser: a line is looked at alone, and what
 * is not known stays plain. The pieces joined are always the line itself. Pure.
 */
export type TokenKind = "plain" | "key" | "string" | "number" | "word" | "comment" | "mark";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

export type Language = "json" | "nix" | "markdown";

const ENDINGS: Readonly<Record<string, Language>> = {
  json: "json",
  lock: "json",
  nix: "nix",
  md: "markdown",
};

export function languageOf(path: string): Language | undefined {
  return ENDINGS[/\.([a-z]+)"?$/.exec(path)?.[1] ?? ""];
}

type Rules = readonly (readonly [TokenKind, string])[];

/** The first that fits at a place wins; each must match at least one character and never look back. */
const RULES: Readonly<Record<Language, Rules>> = {
  json: [
    ["key", String.raw`"(?:[^"\\]|\\.)*"(?=\s*:)`],
    ["string", String.raw`"(?:[^"\\]|\\.)*"?`],
    ["number", String.raw`-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b`],
    ["word", String.raw`\b(?:true|false|null)\b`],
  ],
  nix: [
    ["comment", String.raw`#.*$|/\*.*?(?:\*/|$)`],
    ["string", String.raw`''.*?(?:''|$)|"(?:[^"\\]|\\.)*"?`],
    [
      "word",
      String.raw`\b(?:let|in|with|rec|inherit|if|then|else|assert|or|true|false|null|import)\b(?![-'])`,
    ],
    ["key", String.raw`[A-Za-z_][\w'.-]*(?=\s*=(?!=))`],
    ["number", String.raw`\b\d+(?:\.\d+)?\b`],
  ],
  markdown: [
    ["mark", String.raw`^\s*(?:#{1,6} .*|[-*+] |\d+\. |>+ ?|${"`{3}"}.*)`],
    ["string", "`[^`]+`"],
    ["key", String.raw`\*\*[^*]+\*\*|\[[^\]]*\]\([^)]*\)`],
  ],
};

const PATTERNS = new Map(
  Object.entries(RULES).map(([language, rules]) => [
    language,
    new RegExp(rules.map(([, source]) => `(${source})`).join("|"), "g"),
  ]),
);

/** A line of a generated file may be a megabyte: colour is not worth the time. */
const LONGEST = 2_000;

export function tokensOf(line: string, language: Language | undefined): Token[] {
  const pattern = language === undefined ? undefined : PATTERNS.get(language);
  if (language === undefined || pattern === undefined || line.length > LONGEST)
    return [{ kind: "plain", text: line }];
  const tokens: Token[] = [];
  let end = 0;
  for (const match of line.matchAll(pattern)) {
    if (match.index > end) tokens.push({ kind: "plain", text: line.slice(end, match.index) });
    const rule = match.slice(1).findIndex((part) => part !== undefined);
    tokens.push({ kind: RULES[language][rule]?.[0] ?? "plain", text: match[0] });
    end = match.index + match[0].length;
  }
  if (end < line.length || tokens.length === 0) tokens.push({ kind: "plain", text: line.slice(end) });
  return tokens;
}
