import { closingOf } from './text-spans.js';

/** A token is a word of the statement, a mark, or a value that the statement printed. */
export const WORD = 1;
export const MARK = 2;
export const VALUE = 3;

/** Tokens of a line that are kept. */
export const MAX_TOKENS = 256;

const COMMA = 44;

/** Marks between two values that make one printed value of them: a clock time, an address with its port, a list. */
const valueJoiners = new Set([...',:;/-.|+*#&~\\@%!_^='].map((mark) => mark.charCodeAt(0)));

/** One line's tokens, in arrays that the next line overwrites. `hashes` holds a word's hash or a mark's code. */
export interface TokenList {
  readonly kinds: Uint8Array;
  readonly hashes: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  count(): number;
  wordCount(): number;
  clear(): void;
  /** Kind of the newest token; 0 when there is none. */
  lastKind(): number;
  lastHash(): number;
  /** Index after the newest token. */
  lastEnd(): number;
  pushWord(hash: number, start: number, end: number): void;
  pushMark(code: number, start: number, end: number): void;
  pushValue(start: number, end: number): void;
  /** Lets the newest token reach to `end`. */
  stretch(end: number): void;
  closeBracket(code: number, start: number): void;
}

export function createTokenList(): TokenList {
  const kinds = new Uint8Array(MAX_TOKENS);
  const hashes = new Int32Array(MAX_TOKENS);
  const starts = new Int32Array(MAX_TOKENS);
  const ends = new Int32Array(MAX_TOKENS);
  let size = 0;
  let words = 0;

  function push(kind: number, hash: number, start: number, end: number): void {
    if (size >= MAX_TOKENS) return;
    kinds[size] = kind;
    hashes[size] = hash;
    starts[size] = start;
    ends[size] = end;
    size++;
  }

  /** A mark said several times over (`----`) is one. */
  function pushMark(code: number, start: number, end: number): void {
    if (size > 0 && kinds[size - 1] === MARK && hashes[size - 1] === code) ends[size - 1] = end;
    else push(MARK, code, start, end);
  }

  /** Values that follow each other, or stand in one printed list, become one. */
  function pushValue(start: number, end: number): void {
    if (size > 0) {
      const last = size - 1;
      if (kinds[last] === VALUE) {
        ends[last] = end;
        return;
      }
      if (
        size > 1 &&
        kinds[last] === MARK &&
        kinds[last - 1] === VALUE &&
        valueJoiners.has(hashes[last] ?? 0)
      ) {
        size--;
        ends[last - 1] = end;
        return;
      }
    }
    push(VALUE, 0, start, end);
  }

  /** A list of single items in brackets becomes one value, and so does a value said again in brackets. */
  function closeBracket(code: number, start: number): void {
    let index = size - 1;
    let items = 0;
    let expectsItem = true;
    for (; index >= 0; index--) {
      const isMark = kinds[index] === MARK;
      if (expectsItem ? isMark : !isMark || hashes[index] !== COMMA) break;
      if (expectsItem) items++;
      expectsItem = !expectsItem;
    }
    const isList = !expectsItem && index >= 0 && closingOf(hashes[index] ?? 0) === code;
    if (isList && items > 1) {
      const first = starts[index + 1] ?? 0;
      size = index + 1;
      push(VALUE, 0, first, start);
    }
    const isSaidAgain =
      isList && index === size - 2 && kinds[size - 1] === VALUE && index > 0 && kinds[index - 1] === VALUE;
    if (isSaidAgain) {
      size = index;
      ends[size - 1] = start + 1;
    } else push(MARK, code, start, start + 1);
  }

  return {
    kinds,
    hashes,
    starts,
    ends,
    count: () => size,
    wordCount: () => words,
    clear: () => {
      size = 0;
      words = 0;
    },
    lastKind: () => (size > 0 ? (kinds[size - 1] ?? 0) : 0),
    lastHash: () => (size > 0 ? (hashes[size - 1] ?? 0) : 0),
    lastEnd: () => (size > 0 ? (ends[size - 1] ?? 0) : 0),
    pushWord: (hash, start, end) => {
      words++;
      push(WORD, hash, start, end);
    },
    pushMark,
    pushValue,
    stretch: (end) => {
      if (size > 0) ends[size - 1] = end;
    },
    closeBracket,
  };
}
