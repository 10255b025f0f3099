/** Harnesses that wait for a lease: one for each agent, woken by commits, gates and clocks. */
import { HiveError } from "../../wire/errors.ts";
import type { Lease } from "../../wire/link.ts";

export interface WaitOptions {
  readonly boot_id: string;
  readonly max: number;
  readonly signal: AbortSignal;
}

export interface WaitersOptions {
  /** Cheap: is there something to give, and may this agent have it now? */
  readonly ready: (agent: string) => boolean;
  /** One transaction; undefined when there was nothing after all. */
  readonly open: (agent: string, waiter: WaitOptions) => Promise<Lease | undefined>;
}

export interface Waiters {
  wait(agent: string, options: WaitOptions): Promise<Lease>;
  wake(agent: string): void;
}

interface Waiter extends WaitOptions {
  readonly resolve: (lease: Lease) => void;
  readonly reject: (error: unknown) => void;
  /** A transaction is under way; a wake meanwhile is looked at after it. */
  busy: boolean;
  again: boolean;
}

export function createWaiters({ ready, open }: WaitersOptions): Waiters {
  const waiters = new Map<string, Waiter>();

  const leave = (agent: string, waiter: Waiter): void => {
    if (waiters.get(agent) === waiter) waiters.delete(agent);
  };

  const attempt = async (agent: string, waiter: Waiter): Promise<void> => {
    waiter.busy = true;
    try {
      const lease = await open(agent, waiter);
      if (lease === undefined) return;
      leave(agent, waiter);
      waiter.resolve(lease);
    } catch (error) {
      leave(agent, waiter);
      waiter.reject(error);
    } finally {
      waiter.busy = false;
      if (waiter.again) wake(agent);
    }
  };

  const wake = (agent: string): void => {
    const waiter = waiters.get(agent);
    if (waiter === undefined) return;
    waiter.again = waiter.busy;
    if (waiter.busy || !ready(agent)) return;
    void attempt(agent, waiter);
  };

  const wait = async (agent: string, options: WaitOptions): Promise<Lease> => {
    const { signal } = options;
    const gone = (): HiveError => new HiveError("cancelled", `"${agent}" no longer waits for messages`);
    if (signal.aborted) throw gone();
    const taken = new HiveError("conflict", `another request of "${agent}" waits for its messages now`);
    waiters.get(agent)?.reject(taken);
    const { promise, resolve, reject } = Promise.withResolvers<Lease>();
    const waiter: Waiter = { ...options, resolve, reject, busy: false, again: false };
    const abort = (): void => {
      leave(agent, waiter);
      reject(gone());
    };
    waiters.set(agent, waiter);
    signal.addEventListener("abort", abort, { once: true });
    wake(agent);
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", abort);
    }
  };

  return { wake, wait };
}
