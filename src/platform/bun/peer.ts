/** SO_PEERCRED through getsockopt(2). */
import { ptr } from "bun:ffi";
import type { Peer } from "../peer.ts";
import { libc } from "./libc.ts";

const SOL_SOCKET = 1;
const SO_PEERCRED = 17;
/** struct ucred: pid, uid, gid, 32 bits each. */
const UCRED_BYTES = 12;
/** What the kernel reports where there is no peer process: a TCP socket. */
const NOBODY = 0xffffffff;

export function peerOf(fd: number): Peer | undefined {
  const cred = new Uint32Array(UCRED_BYTES / 4);
  const length = new Uint32Array([UCRED_BYTES]);
  if (libc().getsockopt(fd, SOL_SOCKET, SO_PEERCRED, ptr(cred), ptr(length)) !== 0) return undefined;
  const [pid = 0, uid = NOBODY, gid = NOBODY] = cred;
  return pid === 0 || uid === NOBODY ? undefined : { pid, uid, gid };
}
