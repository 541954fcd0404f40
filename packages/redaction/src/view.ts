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

const WORTH_UNFOLDING = /[^\t\n\r -~]|[\\%&]|#0|\^\[/;

/** The text as it stands, with tokens of an earlier redaction made opaque. */
export function toPlainView(text: string): View {
  const folded = text.includes('[redacted:') ? fold(text, false) : undefined;
  return folded ?? { text, toOriginal: (start, end) => [start, end] };
}

/**
 * The text as a person or a parser would read it: escapes and percent encoding decoded, colour codes, zero-width and
 * other invisible characters gone, look-alike letters as the letters they look like. Undefined when that changes nothing.
 */
export function toUnfoldedView(text: string): View | undefined {
  return WORTH_UNFOLDING.test(text) ? fold(text, true) : undefined;
}

function fold(text: string, isUnfolding: boolean): View | undefined {
  const codes = new Uint16Array(text.length);
  const starts = new Uint32Array(text.length);
  const ends = new Uint32Array(text.length);
  let length = 0;
  let isChanged = false;
  for (let at = 0; at < text.length; ) {
    const piece = pieceAt(text, at, isUnfolding);
    if (piece === undefined) {
      codes[length] = text.charCodeAt(at);
      starts[length] = at;
      ends[length] = at + 1;
      length += 1;
      at += 1;
      continue;
    }
    isChanged = true;
    if (piece.code !== undefined) {
      codes[length] = piece.code;
      starts[length] = at;
      ends[length] = at + piece.length;
      length += 1;
    }
    at += piece.length;
  }
  if (!isChanged) return undefined;
  return {
    text: toText(codes.subarray(0, length)),
    toOriginal: (start, end) => [starts[start] ?? 0, ends[end - 1] ?? 0],
  };
}

function pieceAt(text: string, at: number, isUnfolding: boolean): Piece | undefined {
  const code = text.charCodeAt(at);
  if (code === 0x5b) {
    const length = tokenLength(text, at);
    return length > 0 ? { code: BARRIER, length } : undefined;
  }
  if (!isUnfolding) return undefined;
  if (code > 0x7e) return foldCharacter(text, at);
  return decodeEscape(text, at, code);
}

/** `String.fromCharCode` takes its characters as arguments, of which there may not be too many at a time. */
function toText(codes: Uint16Array): string {
  const parts: string[] = [];
  for (let at = 0; at < codes.length; at += 8192) {
    parts.push(String.fromCharCode(...codes.subarray(at, at + 8192)));
  }
  return parts.join('');
}
