/**
 * The few calls of the C library that no runtime API offers: peer credentials, file locks, datagrams, true pipes.
 * Opened at first use, so that a program which needs none of them pays nothing.
 */
import { dlopen, FFIType } from "bun:ffi";

const { i32, u32, u64, i64, ptr } = FFIType;

const SYMBOLS = {
  getsockopt: { args: [i32, i32, i32, ptr, ptr], returns: i32 },
  socket: { args: [i32, i32, i32], returns: i32 },
  sendto: { args: [i32, ptr, u64, i32, ptr, u32], returns: i64 },
  close: { args: [i32], returns: i32 },
  pipe2: { args: [ptr, i32], returns: i32 },
  flock: { args: [i32, i32], returns: i32 },
} as const;

function open() {
  return dlopen("libc.so.6", SYMBOLS).symbols;
}

let loaded: ReturnType<typeof open> | undefined;

export function libc(): ReturnType<typeof open> {
  loaded ??= open();
  return loaded;
}
