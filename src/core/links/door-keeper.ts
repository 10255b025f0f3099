/** The agents' listening sockets: one per agent, and work on the same one in turn. */
import type { Logger } from "../../platform/log.ts";

export interface LinkDoor {
  close(): Promise<void>;
}

export interface DoorKeeper {
  /** Opens (again); a previous listener is dropped once the new one is in place. */
  register(agent: string): Promise<void>;
  unregister(agent: string): Promise<void>;
  close(): Promise<void>;
}

export interface DoorKeeperOptions {
  readonly log: Logger;
  /** Binds the agent's socket. */
  readonly open: (agent: string) => Promise<LinkDoor>;
}

export function createDoorKeeper({ open, log }: DoorKeeperOptions): DoorKeeper {
  const doors = new Map<string, LinkDoor>();
  const queues = new Map<string, Promise<void>>();
  const inTurn = (agent: string, work: () => Promise<void>): Promise<void> => {
    const before = queues.get(agent) ?? Promise.resolve();
    const done = before.then(work, work);
    const settled = done.catch((error: unknown) =>
      log.debug({ agent, error }, "work on an agent's socket failed"),
    );
    queues.set(agent, settled);
    return done;
  };
  const shut = async (agent: string): Promise<void> => {
    const door = doors.get(agent);
    doors.delete(agent);
    await door?.close();
  };
  return {
    register: (agent: string) =>
      inTurn(agent, async () => {
        const previous = doors.get(agent);
        // The new one is renamed into place first: at no moment is there nobody to connect to.
        doors.set(agent, await open(agent));
        await previous?.close();
      }),
    unregister: (agent: string) => inTurn(agent, () => shut(agent)),
    close: async () => {
      await Promise.all([...doors.keys()].map((agent) => inTurn(agent, () => shut(agent))));
    },
  };
}
