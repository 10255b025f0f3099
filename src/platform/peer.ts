/** Who is at the other end of an accepted unix socket, told by the kernel (SO_PEERCRED). */
import type { Socket } from "node:net";

export interface Peer {
  readonly pid: number;
  readonly uid: number;
  readonly gid: number;
}

const driver = "Bun" in globalThis ? await import("./bun/peer.ts") : undefined;

/** The descriptor is a private field of node:net's socket under both runtimes. */
function descriptorOf(socket: Socket): number | undefined {
  const handle: unknown = Reflect.get(socket, "_handle");
  if (typeof handle !== "object" || handle === null || !("fd" in handle)) return undefined;
  return typeof handle.fd === "number" && handle.fd >= 0 ? handle.fd : undefined;
}

/**
 * Undefined where the runtime cannot tell (Deno), and for what is not a unix socket: a caller must then not assume
 * anyone. The credentials are those at connect time.
 */
export function peerCredentials(socket: Socket): Peer | undefined {
  const fd = descriptorOf(socket);
  return fd === undefined ? undefined : driver?.peerOf(fd);
}
