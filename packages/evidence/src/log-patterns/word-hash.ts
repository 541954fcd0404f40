import { byteAt, classAt, isHexDigit, LETTER } from './character-class.js';

export const hashSeed = 0x811c9dc5 | 0;
export const hashPrime = 0x01000193;

/** FNV-1a over bytes. The scanner computes the same hash while it reads, so both must stay alike. */
export function hashRange(bytes: Uint8Array, start: number, end: number): number {
  let hash = hashSeed;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ byteAt(bytes, index), hashPrime);
  return hash;
}

/** How far a line without words is searched for letters. */
const MAX_LETTER_SEARCH = 256;

/** The hash of the first three or more letters that are not hexadecimal digits; 0 when there are none. */
export function firstLettersHash(bytes: Uint8Array, limit: number): number {
  const bound = Math.min(limit, MAX_LETTER_SEARCH);
  let start = 0;
  while (start < bound) {
    let end = start;
    let isHex = true;
    while (end < bound && classAt(bytes, end) & LETTER) isHex = isHexDigit(byteAt(bytes, end++)) && isHex;
    if (end - start > 2 && !isHex) return hashRange(bytes, start, end);
    start = end + 1;
  }
  return 0;
}
