import { ConnectorError, type Gap } from '@midwatch/core';
import type { OtlpDecoder } from '@midwatch/core/otlp';
import { type OpenFile, toPlainBytes } from './byte-stream.js';
import { createLineSplitter, type LineBatch } from './text-lines.js';

/** What stands in a file: its signals, ascending in time, and what of it could not be read. */
export interface FileContent<T> {
  readonly signals: readonly T[];
  readonly gaps: readonly Gap[];
}

/** A file that is being read. */
export interface Reading<T> {
  /** What was read until now; the same as the result when it is done. */
  soFar(): FileContent<T>;
  /** Rejects only with a `ConnectorError`: when nothing could be read at all. */
  readonly done: Promise<{
    readonly content: FileContent<T> /** It may read otherwise next time. */;
    readonly passing: boolean;
  }>;
  cancel(): void;
}

/** A decompression bomb ends here. */
const MAX_BYTES = 1024 ** 3;
/** Parsing holds the thread; timers get their turn after so many bytes. */
const BYTES_PER_TURN = 2 * 1024 ** 2;

export interface OtlpFile<T> {
  readonly connectorId: string;
  /** For people: the file's name. */
  readonly name: string;
  readonly open: OpenFile;
  /** The key that each line has: `resourceLogs`. */
  readonly key: string;
  readonly decoder: OtlpDecoder<T>;
}

/** Reads OTLP/JSON lines. A line that is broken, or a file that ends in the middle, is a gap; what could be read stays. */
export function readOtlpFile<T>(file: OtlpFile<T>): Reading<T> {
  const { connectorId, name, key, decoder } = file;
  const broken: number[] = [];
  const tooLong: number[] = [];
  let lineCount = 0;
  let cancelled = false;
  let ending: Gap | undefined;
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;

  function addLines({ firstNumber, lines }: LineBatch): void {
    for (const [index, line] of lines.entries()) {
      if (line === undefined) tooLong.push(firstNumber + index);
      else if (line.trim() !== '') addLine(line, firstNumber + index);
    }
  }

  function addLine(line: string, number: number): void {
    lineCount++;
    let message: unknown;
    try {
      message = JSON.parse(line);
    } catch {
      message = undefined;
    }
    const known = typeof message === 'object' && message !== null && Object.hasOwn(message, key);
    if (known) decoder.add(message);
    else broken.push(number);
  }

  function soFar(): FileContent<T> {
    const { signals, invalidItems } = decoder.decoded();
    const gaps: Gap[] = [];
    if (broken.length > 0) gaps.push(lineGap(name, broken, `no JSON with \`${key}\``));
    if (tooLong.length > 0) gaps.push({ ...lineGap(name, tooLong, 'too long'), reason: 'byte-limit' });
    if (invalidItems > 0) {
      const missing = { count: invalidItems, exact: true };
      gaps.push({
        reason: 'invalid-item',
        missing,
        detail: `${name}: records without a time, an id or a value`,
      });
    }
    if (ending !== undefined) gaps.push(ending);
    return { signals, gaps };
  }

  async function readAll(): Promise<{ content: FileContent<T>; passing: boolean }> {
    const { stream, sourceFailed } = await openFile(file);
    reader = stream.getReader();
    const splitter = createLineSplitter();
    let bytes = 0;
    let turn = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done || cancelled) break;
        bytes += value.byteLength;
        if (bytes > MAX_BYTES) {
          ending = { reason: 'byte-limit', detail: `${name}: only the first ${MAX_BYTES} bytes were read` };
          break;
        }
        addLines(splitter.push(value));
        turn += value.byteLength;
        if (turn > BYTES_PER_TURN) {
          turn = 0;
          await new Promise((resolve) => setTimeout(resolve, 0));
        }
      }
      addLines(splitter.end());
    } catch {
      // The line that was cut off is what is missing; it is no broken one.
      const why = sourceFailed() ? 'could not be read to its end' : 'ends in the middle of its gzip data';
      if (lineCount === 0) throw unreadable(connectorId, `${name} ${why}, before its first line`);
      ending = { reason: 'invalid-item', detail: `${name} ${why}: ${lineCount} lines were read` };
    } finally {
      cancel();
    }
    if (lineCount > 0 && broken.length === lineCount) {
      throw unreadable(
        connectorId,
        `${name}: none of ${lineCount} lines is JSON with \`${key}\` (OTLP/JSON, one export a line)`,
      );
    }
    return { content: soFar(), passing: sourceFailed() };
  }

  function cancel(): void {
    cancelled = true;
    reader?.cancel().catch(() => undefined);
  }

  return { soFar, done: readAll(), cancel };
}

async function openFile({
  connectorId,
  name,
  open,
}: Pick<OtlpFile<unknown>, 'connectorId' | 'name' | 'open'>) {
  try {
    return await toPlainBytes(await open());
  } catch {
    throw new ConnectorError({ code: 'unreachable', connectorId, message: `${name} cannot be opened` });
  }
}

function unreadable(connectorId: string, message: string): ConnectorError {
  return new ConnectorError({ code: 'bad-response', connectorId, message });
}

/** `logs.jsonl:12 and 3 more lines: no JSON with ...`. How many records stood in them nobody knows. */
function lineGap(name: string, numbers: readonly number[], what: string): Gap {
  const more = numbers.length === 1 ? '' : ` and ${numbers.length - 1} more lines`;
  const missing = { count: numbers.length, exact: false };
  return { reason: 'invalid-item', missing, detail: `${name}:${numbers[0]}${more}: ${what}` };
}
