/** One datagram to a unix socket through sendto(2). */
import { ptr } from "bun:ffi";
import { libc } from "./libc.ts";

const AF_UNIX = 1;
const SOCK_DGRAM = 2;
const SOCK_CLOEXEC = 0o2000000;
const MSG_NOSIGNAL = 0x4000;
const MSG_DONTWAIT = 0x40;
const FAMILY_BYTES = 2;
const MAX_PATH_BYTES = 108;

/** sockaddr_un; an abstract name starts with a zero byte and has no ending one. */
function socketAddress(address: string): Uint8Array {
  const path = Buffer.from(address.startsWith("@") ? `\0${address.slice(1)}` : `${address}\0`);
  if (path.length > MAX_PATH_BYTES) throw new Error(`socket path "${address}" is too long`);
  return Buffer.concat([Uint8Array.of(AF_UNIX, 0), path], FAMILY_BYTES + path.length);
}

export function sendDatagram(address: string, text: string): void {
  const to = socketAddress(address);
  const data = Buffer.from(text);
  const { socket, sendto, close } = libc();
  const fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw new Error("no datagram socket could be opened");
  try {
    const sent = sendto(fd, ptr(data), data.length, MSG_NOSIGNAL | MSG_DONTWAIT, ptr(to), to.length);
    if (Number(sent) !== data.length) throw new Error(`nothing was sent to "${address}"`);
  } finally {
    close(fd);
  }
}
