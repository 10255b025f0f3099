/** Circles in a graph of imports: one per strongly connected group, as short as a search from its first file finds. */

interface Link {
  readonly from: string;
  readonly to: string;
}

export function findCycles(links: readonly Link[]): string[][] {
  const next = new Map<string, Set<string>>();
  for (const { from, to } of links) {
    const targets = next.get(from) ?? new Set();
    next.set(from, targets.add(to));
  }
  const cycles: string[][] = [];
  const reported = new Set<string>();
  for (const start of [...next.keys()].sort()) {
    if (reported.has(start)) continue;
    const cycle = shortestWayBack(start, next);
    if (cycle === undefined || cycle.some((path) => reported.has(path))) continue;
    for (const path of cycle) reported.add(path);
    cycles.push(cycle);
  }
  return cycles;
}

function shortestWayBack(
  start: string,
  next: ReadonlyMap<string, ReadonlySet<string>>,
): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = queue.shift(); at !== undefined; at = queue.shift()) {
    for (const to of next.get(at) ?? []) {
      if (to === start) return trail(at, start, cameFrom);
      if (cameFrom.has(to)) continue;
      cameFrom.set(to, at);
      queue.push(to);
    }
  }
  return undefined;
}

function trail(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const path: string[] = [];
  for (let at: string | undefined = end; at !== undefined && at !== start; at = cameFrom.get(at))
    path.unshift(at);
  return [start, ...path];
}
