/**
 * FNV-1a, 32 bit, and the two ports that are derived from an agent's name.
 * There is no probing and no state file: two names may meet, and who spawns agents must say so.
 */

const OFFSET = 2166136261;
const PRIME = 16777619;

const WEB_PORT_BASE = 8100;
const VNC_PORT_BASE = 15900;
const PORT_RANGE = 900;

const encoder = new TextEncoder();

/** Over the text's UTF-8 bytes; an unsigned 32-bit number. */
export function fnv1a32(text: string): number {
  let hash = OFFSET;
  for (const byte of encoder.encode(text)) {
    hash = Math.imul(hash ^ byte, PRIME);
  }
  return hash >>> 0;
}

/** 8100..8999 */
export function webPort(name: string): number {
  return WEB_PORT_BASE + (fnv1a32(name) % PORT_RANGE);
}

/** 15900..16799 */
export function vncPort(name: string): number {
  return VNC_PORT_BASE + (fnv1a32(name) % PORT_RANGE);
}
