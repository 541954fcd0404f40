import type { LineScanner } from './line-scanner.js';
import { withoutRepeats } from './repeated-tokens.js';
import { type TokenList, VALUE } from './token-list.js';

/** A word position that was found to vary between lines of one statement. */
export const WILD = 4;

/** The tokens that one or more lines have in common, with the first of these lines. */
export interface Signature {
  readonly kinds: Uint8Array;
  readonly hashes: Int32Array;
  /** Where each token stands in `example`. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Where repeats that were left out before a token begin in `example`; -1 for most tokens. */
  readonly omitted: Int32Array;
  readonly example: string;
}

/**
 * What a token adds to one of the two sums over (token, position) that make a key. Sums let one position be exchanged
 * without reading the others again; values and wild positions add alike.
 */
export function mixA(kind: number, hash: number, position: number): number {
  let mixed = Math.imul(
    (kind >= VALUE ? 0x2545f491 : hash ^ Math.imul(kind, 0x9e3779b1)) ^ Math.imul(position + 1, 0x85ebca6b),
    0xc2b2ae35,
  );
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x27d4eb2f);
  return mixed ^ (mixed >>> 13);
}

export function mixB(kind: number, hash: number, position: number): number {
  let mixed = Math.imul(
    (kind >= VALUE ? 0x5bd1e995 : hash ^ Math.imul(kind, 0x7feb352d)) + Math.imul(position + 1, 0x9e3779b9),
    0x846ca68b,
  );
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x7feb352d);
  return mixed ^ (mixed >>> 15);
}

/** A 53-bit key of two independent 32-bit sums. */
export function toKey(a: number, b: number): number {
  return (a >>> 0) * 0x200000 + (b >>> 11);
}

/** The key of the first `count` tokens. */
export function keyOf(kinds: Uint8Array, hashes: Int32Array, count: number): number {
  let a = count;
  let b = count;
  for (let position = 0; position < count; position++) {
    const kind = kinds[position] ?? 0;
    const hash = hashes[position] ?? 0;
    a = (a + mixA(kind, hash, position)) | 0;
    b = (b + mixB(kind, hash, position)) | 0;
  }
  return toKey(a, b);
}

/** The template's text: the example with every value and varying word replaced by `<*>`. */
export function templateText(signature: Signature, maxLength: number): string {
  const { kinds, starts, ends, omitted, example } = signature;
  let text = '';
  let from = 0;
  for (let position = 0; position < kinds.length && text.length < maxLength; position++) {
    const gap = omitted[position] ?? -1;
    if (gap >= from) {
      text += `${example.slice(from, gap)}…`;
      from = starts[position] ?? gap;
    }
    if ((kinds[position] ?? 0) < VALUE) continue;
    const start = Math.max(from, starts[position] ?? 0);
    text += `${example.slice(from, start)}<*>`;
    from = Math.max(start, ends[position] ?? 0);
  }
  text += example.slice(from, from + maxLength);
  return text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
}

/** A line's tokens, without the repeats of printed lists. */
export interface SignatureTokens {
  readonly kinds: Uint8Array;
  readonly hashes: Int32Array;
  /** Positions in the scanner's list; undefined when they are all there. */
  readonly kept: readonly number[] | undefined;
}

/** Copies the tokens: the list belongs to the next line. */
export function toSignatureTokens({ kinds, hashes }: TokenList, count: number): SignatureTokens {
  const kept = withoutRepeats(kinds, hashes, count);
  if (kept === undefined) return { kinds: kinds.slice(0, count), hashes: hashes.slice(0, count), kept };
  return {
    kinds: Uint8Array.from(kept, (position) => kinds[position] ?? 0),
    hashes: Int32Array.from(kept, (position) => hashes[position] ?? 0),
    kept,
  };
}

/** Adds where the tokens stand in the line that the scanner read last. */
export function toSignature(
  { kinds, hashes, kept }: SignatureTokens,
  line: string,
  scanner: LineScanner,
): Signature {
  const { tokens, bytes } = scanner;
  const omitted = new Int32Array(kinds.length).fill(-1);
  let starts = tokens.starts.slice(0, kinds.length);
  let ends = tokens.ends.slice(0, kinds.length);
  if (kept !== undefined) {
    starts = Int32Array.from(kept, (position) => tokens.starts[position] ?? 0);
    ends = Int32Array.from(kept, (position) => tokens.ends[position] ?? 0);
    let expected = 0;
    for (const [index, position] of kept.entries()) {
      if (position !== expected) omitted[index] = tokens.starts[expected] ?? -1;
      expected = position + 1;
    }
  }
  const example = line.slice(0, scanner.readLength());
  if (scanner.byteLength() !== example.length) {
    for (const offsets of [starts, ends, omitted]) toTextOffsets(example, bytes, offsets);
  }
  return { kinds, hashes, starts, ends, omitted, example };
}

/** Turns offsets into the UTF-8 of a text into offsets into the text, in place. Offsets may come in any order. */
function toTextOffsets(text: string, bytes: Uint8Array, offsets: Int32Array): void {
  let last = 0;
  for (const offset of offsets) last = Math.max(last, offset);
  const map = new Int32Array(last + 1);
  let units = 0;
  for (let index = 0; index <= last; index++) {
    map[index] = units;
    const byte = bytes[index] ?? 0;
    // Continuation bytes add nothing; a lead byte of four stands for a surrogate pair.
    if (byte < 0x80 || byte >= 0xc0) units += byte >= 0xf0 ? 2 : 1;
  }
  for (let index = 0; index < offsets.length; index++) {
    const offset = offsets[index] ?? 0;
    if (offset > 0) offsets[index] = Math.min(text.length, map[offset] ?? 0);
  }
}
