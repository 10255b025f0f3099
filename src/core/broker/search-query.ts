/**
 * What a person types, as a full-text query that is always valid: words that must all occur, "a phrase" in
 * quotes, a prefix with a trailing `*`. Everything else is a word.
 */

/** Undefined when nothing in it can be searched for. */
export function searchQuery(text: string): string | undefined {
  const terms: string[] = [];
  for (const [, phrase, word] of text.matchAll(/"([^"]*)"|([^\s"]+)/g)) {
    const term = phrase ?? word ?? "";
    if (!/[\p{L}\p{N}]/u.test(term)) continue;
    const prefix = word?.endsWith("*") === true;
    // NUL ends a query early; a quote cannot be in here.
    const quoted = `"${term.replace(/[\0*]/g, " ").trim()}"`;
    terms.push(prefix ? `${quoted}*` : quoted);
  }
  return terms.length === 0 ? undefined : terms.join(" ");
}
