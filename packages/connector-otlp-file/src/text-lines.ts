/** Lines of one chunk; the numbers count from 1. */
export interface LineBatch {
  readonly firstNumber: number;
  /** A line that was longer than the cap is `undefined`. */
  readonly lines: readonly (string | undefined)[];
}

/** One line is one export of the Collector, which by default holds at most 8,192 records. */
const MAX_LINE_CHARACTERS = 16 * 1024 * 1024;

export interface LineSplitter {
  /** The lines that the chunk completes. */
  push(chunk: Uint8Array): LineBatch;
  /** The last line, where the file does not end in a line feed. */
  end(): LineBatch;
  /** Of the line whose end has not come yet. */
  pendingCharacters(): number;
}

/** Splits UTF-8 bytes into lines; what is longer than the cap is dropped while it comes. */
export function createLineSplitter(maxCharacters: number = MAX_LINE_CHARACTERS): LineSplitter {
  const decoder = new TextDecoder();
  let pending = '';
  let tooLong = false;
  let number = 1;

  function take(text: string, isEnd: boolean): LineBatch {
    const pieces = text.split('\n');
    const rest = isEnd ? undefined : (pieces.pop() ?? '');
    const lines = pieces.map((piece, index): string | undefined => {
      if (index > 0) return piece.length > maxCharacters ? undefined : piece;
      const line = pending + piece;
      const fits = !tooLong && line.length <= maxCharacters;
      pending = '';
      tooLong = false;
      return fits ? line : undefined;
    });
    if (rest !== undefined) {
      if (!tooLong) pending += rest;
      if (pending.length > maxCharacters) {
        pending = '';
        tooLong = true;
      }
    }
    const batch = { firstNumber: number, lines };
    number += lines.length;
    return batch;
  }

  return {
    push: (chunk) => take(decoder.decode(chunk, { stream: true }), false),
    end() {
      const last = decoder.decode();
      return pending === '' && last === '' && !tooLong
        ? { firstNumber: number, lines: [] }
        : take(last, true);
    },
    pendingCharacters: () => pending.length,
  };
}
