// What one round of the fault tests does, drawn from a seed: the same seed is the same plan on every machine.

export type Target = "core" | { readonly agent: string } | { readonly claudeOf: string };

export type Recipient = "alice" | "bob";

export interface Round {
  /** Recipients of the messages the operator sends in this round, in order. */
  readonly sends: readonly Recipient[];
  readonly target: Target;
  /** From the first send to the kill. */
  readonly delayMs: number;
}

/** mulberry32: small, and good enough to choose among a few things. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** A batch is given up after three broken turns: more kills of one claude between two pauses would prove that. */
const CLAUDE_KILLS_MAX = 2;

export interface PlanOptions {
  readonly seed: number;
  readonly rounds: number;
  /** Rounds between two pauses in which everything must come to rest. */
  readonly pauseEvery: number;
}

export function planRounds({ seed, rounds, pauseEvery }: PlanOptions): readonly Round[] {
  const random = seededRandom(seed);
  const pick = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(random() * items.length)] ?? items[0];
  const kills = new Map<string, number>();
  return Array.from({ length: rounds }, (_, at): Round => {
    if (at % pauseEvery === 0) kills.clear();
    const sends = Array.from({ length: 1 + Math.floor(random() * 3) }, () =>
      pick<Recipient>(["alice", "alice", "bob"]),
    );
    const delayMs = Math.floor(random() * 1_000);
    const agent = pick<Recipient>(["alice", "bob"]);
    const wanted = pick(["core", "agent", "claude", "claude"]);
    const used = kills.get(agent) ?? 0;
    if (wanted === "claude" && used < CLAUDE_KILLS_MAX) {
      kills.set(agent, used + 1);
      return { sends, delayMs, target: { claudeOf: agent } };
    }
    return { sends, delayMs, target: wanted === "core" || random() < 0.4 ? "core" : { agent } };
  });
}

export function describeRound(round: Round): string {
  const target = typeof round.target === "string" ? round.target : Object.values(round.target).join();
  const what = typeof round.target === "object" && "claudeOf" in round.target ? "claude of " : "";
  return `to ${round.sends.join(",")}; after ${round.delayMs} ms kill ${what}${target}`;
}
