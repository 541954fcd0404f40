import { decodeEscape } from './escapes.js';
import type { Piece } from './piece.js';
import { BARRIER, tokenLength } from './token.js';
import { foldCharacter } from './unicode.js';

/** A text to be searched, and where each of its characters stands in the original. */
export interface View {
  readonly text: string;
  /** The same text, or the original's [start, end) of a range of the view. */
  toOriginal(start: number, end: number): readonly [number, number];
}

const TOKEN_START = /\[(?=redacted:)/g;
/** Every character that may begin something else than itself. A backslash before a quote does not. */
const WORTH_UNFOLDING =
  /[^\t\n\r -~]|\\(?!["'])|%(?=[0-9a-fA-F]{2})|&(?=[#a-z])|#(?=033)|\^(?=\[)|\[(?=redacted:)/gi;

/** The text as it stands, with tokens of an earlier redaction made opaque. */
export function toPlainView(text: string): View {
  return (
    (text.includes('[redacted:') ? fold(text, TOKEN_START) : undefined) ?? {
      text,
      toOriginal: (start, end) => [start, end],
    }
  );
}

/**
 * The text as a person or a parser would read it: escapes and percent encoding decoded, colour codes, zero-width and
 * other invisible characters gone, look-alike letters as the letters they look like. Undefined when that changes nothing.
 */
export function toUnfoldedView(text: string): View | undefined {
  return fold(text, WORTH_UNFOLDING);
}

/** Copies the text in runs, each either as it stands or one character for several. */
function fold(text: string, worthUnfolding: RegExp): View | undefined {
  if (text.search(worthUnfolding) < 0) return undefined;
  const parts: string[] = [];
  // Where each part begins in the view and in the original, and where it ends in the original.
  const viewStarts: number[] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  let length = 0;
  let copied = 0;
  const add = (part: string, start: number, end: number): void => {
    if (part === '') return;
    parts.push(part);
    viewStarts.push(length);
    starts.push(start);
    ends.push(end);
    length += part.length;
  };
  for (const { index } of text.matchAll(worthUnfolding)) {
    // Within what has been decoded already.
    if (index < copied) continue;
    const piece = pieceAt(text, index);
    if (piece === undefined) continue;
    add(text.slice(copied, index), copied, index);
    copied = index + piece.length;
    if (piece.code !== undefined) add(String.fromCharCode(piece.code), index, copied);
  }
  if (copied === 0) return undefined;
  add(text.slice(copied), copied, text.length);
  const partAt = (position: number): number => lastAtMost(viewStarts, position);
  return {
    text: parts.join(''),
    toOriginal(start, end) {
      const [first, last] = [partAt(start), partAt(end - 1)];
      return [
        (starts[first] ?? 0) + (parts[first]?.length === 1 ? 0 : start - (viewStarts[first] ?? 0)),
        parts[last]?.length === 1 ? (ends[last] ?? 0) : (starts[last] ?? 0) + end - (viewStarts[last] ?? 0),
      ];
    },
  };
}

function pieceAt(text: string, at: number): Piece | undefined {
  const code = text.charCodeAt(at);
  if (code === 0x5b) {
    const length = tokenLength(text, at);
    return length > 0 ? { code: BARRIER, length } : undefined;
  }
  return code > 0x7e ? foldCharacter(text, at) : decodeEscape(text, at, code);
}

/** Index of the last of the ascending numbers that is at most `limit`. */
function lastAtMost(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}
