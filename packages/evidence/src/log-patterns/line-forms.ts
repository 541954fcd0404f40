import { byteAt, classOf, DIGIT, DOT, isHexDigit, isInRun, SLASH } from './character-class.js';
import { hashPrime, hashSeed } from './word-hash.js';

/** A power of two; a form that falls on another one's place takes it. */
const PLACES = 16_384;

const DASH = 45;
const FULL_STOP = 46;
const SLASH_MARK = 47;
const COLON = 58;
const OPEN_BRACKET = 91;
const BACKSLASH = 92;
const TILDE = 126;

/**
 * Remembers which template a line had, by its form: the line with every word that holds a digit left out. Lines of one
 * form are scanned to the same tokens, so that nearly all lines of a running system need one short pass and no tokens.
 */
export interface LineForms {
  /** The id that was remembered for the form of these bytes, or -1. */
  recall(bytes: Uint8Array, limit: number): number;
  /** Remembers an id for the form that was asked for last. */
  remember(id: number): void;
}

export function createLineForms(): LineForms {
  const firsts = new Int32Array(PLACES);
  const seconds = new Int32Array(PLACES);
  const ids = new Int32Array(PLACES).fill(-1);
  let first = 0;
  let second = 0;
  let place = 0;

  function recall(bytes: Uint8Array, limit: number): number {
    first = hashSeed;
    second = limit === 0 ? 0 : hashPrime;
    let index = 0;
    while (index < limit) {
      const start = index;
      let hash = hashSeed;
      let classes = 0;
      for (;;) {
        const byte = byteAt(bytes, index);
        const kind = classOf(byte);
        if (!isInRun(kind) || (kind === DOT && index > start && byteAt(bytes, index - 1) === FULL_STOP))
          break;
        classes |= kind;
        hash = Math.imul(hash ^ byte, hashPrime);
        index++;
      }
      if (index === start) hash = byteAt(bytes, index++);
      else if (classes & DIGIT) hash = valueForm(bytes, start, index, classes);
      first = Math.imul(first ^ hash, 0x85ebca6b);
      first ^= first >>> 13;
      second = Math.imul(second + hash, 0x9e3779b1);
      second ^= second >>> 15;
    }
    place = (first ^ (first >>> 15)) & (PLACES - 1);
    return firsts[place] === first && seconds[place] === second ? (ids[place] ?? -1) : -1;
  }

  function remember(id: number): void {
    firsts[place] = first;
    seconds[place] = second;
    ids[place] = id;
  }

  return { recall, remember };
}

/** What the scanner looks at in a word with digits, beside its being one: whether it may be an address or a list. */
function valueForm(bytes: Uint8Array, start: number, end: number, classes: number): number {
  const next = byteAt(bytes, end);
  let form = 1;
  if (next === COLON && end - start <= 4 && isHex(bytes, start, end)) form += 2;
  if (next === OPEN_BRACKET && byteAt(bytes, end - 1) === DASH) form += 4;
  if (!(classes & SLASH)) return form;
  const first = byteAt(bytes, start);
  if (first === SLASH_MARK || first === FULL_STOP || first === TILDE) form += 8;
  let slashes = 0;
  for (let index = start; index < end; index++) {
    const byte = byteAt(bytes, index);
    if (byte === BACKSLASH) form |= 16;
    else if (byte === SLASH_MARK) slashes++;
  }
  return form + 32 * Math.min(slashes, 2);
}

function isHex(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index++) if (!isHexDigit(byteAt(bytes, index))) return false;
  return true;
}
