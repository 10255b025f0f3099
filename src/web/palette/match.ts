/** How well words fit a name: letters in order, better at beginnings of words and side by side. Pure. */

/** Undefined where a letter is missing; smaller is better. */
export function misfit(query: string, text: string): number | undefined {
  const wanted = query.toLowerCase().replace(/\s+/g, "");
  const within = text.toLowerCase();
  let cost = 0;
  let last = -1;
  for (const letter of wanted) {
    const at = within.indexOf(letter, last + 1);
    if (at === -1) return undefined;
    const begins = at === 0 || !/[\p{L}\p{N}]/u.test(within[at - 1] ?? "");
    cost += at === last + 1 ? 0 : begins ? 1 : 2 + Math.min(10, at - last);
    last = at;
  }
  const whole = within.includes(query.trim().toLowerCase());
  return cost + (whole ? 0 : 20) + within.length / 100;
}

/** Those that fit, best first; all of them, as they are, for nothing typed. */
export function fitting<T>(query: string, rows: readonly T[], textOf: (row: T) => string): T[] {
  if (query.trim() === "") return [...rows];
  return rows
    .flatMap((row) => {
      const cost = misfit(query, textOf(row));
      return cost === undefined ? [] : [{ row, cost }];
    })
    .sort((a, b) => a.cost - b.cost)
    .map(({ row }) => row);
}
