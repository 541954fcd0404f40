import { byteAt } from './character-class.js';

export const hashSeed = 0x811c9dc5 | 0;
export const hashPrime = 0x01000193;

/** FNV-1a over bytes. The scanner computes the same hash while it reads, so both must stay alike. */
export function hashRange(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashSeed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ byteAt(bytes, index), hashPrime);
  return hash;
}
