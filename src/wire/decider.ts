/** Who decided, as it is stored and as people read it. */

/** `operator (host uid:0)`, `operator (http session:01J…)`, or an agent's name. */
const OPERATOR = /^operator \((host|http|page) (?:session:)?(.+)\)$/;

export function deciderWords(decider: string): string {
  const [, via, who = ""] = OPERATOR.exec(decider) ?? [];
  if (via === undefined) return decider;
  return via === "host" ? `hivectl (${who})` : `a browser (session …${who.slice(-6)})`;
}
