import { ConnectorError, type Gap, type TimeWindow } from '@midwatch/core';
import type { OtlpDecoder } from '@midwatch/core/otlp';
import { type OpenFile, toPlainBytes } from './byte-stream.js';
import { createFileLines, type FileLines } from './file-lines.js';
import { createLineSplitter } from './text-lines.js';
import type { OtlpKey } from './window-filter.js';

/** What stands in a file: its signals, ascending in time, and what of it could not be read. */
export interface FileContent<T> {
  readonly signals: readonly T[];
  readonly gaps: readonly Gap[];
  /** All services that the file names, where `signals` are those of a window only. */
  readonly services?: ReadonlySet<string>;
  /** The file is larger than what may be kept of it: nothing was kept. */
  readonly isTooLarge?: boolean;
}

/** A file that is being read. */
export interface Reading<T> {
  /** What was read until now; the same as the result when it is done. */
  soFar(): FileContent<T>;
  /** Rejects only with a `ConnectorError`: when nothing could be read at all. */
  readonly done: Promise<ReadResult<T>>;
  cancel(): void;
}

export interface ReadResult<T> {
  readonly content: FileContent<T>;
  /** It may read otherwise next time. */
  readonly passing: boolean;
}

/** A decompression bomb ends here, if no deadline comes first. */
const MAX_BYTES = 64 * 1024 ** 3;
/** Parsing holds the thread; timers get their turn after so many bytes. */
const BYTES_PER_TURN = 2 * 1024 ** 2;

export interface OtlpFile<T> {
  readonly connectorId: string;
  /** For people: the file's name. */
  readonly name: string;
  readonly open: OpenFile;
  /** The key that each line has. */
  readonly key: OtlpKey;
  readonly decoder: OtlpDecoder<T>;
  /** Characters of JSON whose records may be kept. */
  readonly maxHeldCharacters: number;
  /** Only records of this time are kept. */
  readonly window?: TimeWindow;
}

export interface OtlpReading<T> extends Reading<T> {
  /** Characters of JSON whose records are kept now, and of the line that is being read. */
  heldCharacters(): number;
}

/** Reads OTLP/JSON lines. A line that is broken, or a file that ends in the middle, is a gap; what could be read stays. */
export function readOtlpFile<T>(file: OtlpFile<T>): OtlpReading<T> {
  const { connectorId, name, key, decoder, maxHeldCharacters, window } = file;
  const lines: FileLines = createFileLines(file);
  const splitter = createLineSplitter();
  const stop = new AbortController();
  let ending: Gap | undefined;

  function soFar(): FileContent<T> {
    const { signals, invalidItems } = decoder.decoded();
    const gaps = lines.gaps();
    if (invalidItems > 0) {
      const missing = { count: invalidItems, exact: true };
      const detail = `${name}: records without a time, an id or a value`;
      gaps.push({ reason: 'invalid-item', missing, detail });
    }
    if (ending !== undefined) gaps.push(ending);
    return { signals, gaps, ...(window === undefined ? {} : { services: lines.services }) };
  }

  /** False when no more may be kept. */
  function addBytes(chunk: Uint8Array): boolean {
    lines.add(splitter.push(chunk));
    return lines.heldCharacters() <= maxHeldCharacters;
  }

  async function readToEnd(stream: ReadableStream<Uint8Array>): Promise<'end' | 'full'> {
    const reader = stream.getReader();
    let bytes = 0;
    let turn = 0;
    for (;;) {
      const { done, value } = await reader.read();
      if (done || stop.signal.aborted) break;
      if (!addBytes(value)) return 'full';
      bytes += value.byteLength;
      if (bytes > MAX_BYTES) {
        ending = { reason: 'byte-limit', detail: `${name}: only the first ${MAX_BYTES} bytes were read` };
        break;
      }
      turn += value.byteLength;
      if (turn > BYTES_PER_TURN) {
        turn = 0;
        await new Promise((resolve) => setTimeout(resolve, 0));
      }
    }
    lines.add(splitter.end());
    return 'end';
  }

  async function readAll(): Promise<ReadResult<T>> {
    const { stream, sourceFailed } = await openFile(file, stop.signal);
    try {
      const how = await readToEnd(stream);
      if (how === 'full' && window === undefined) {
        return { content: { signals: [], gaps: [], isTooLarge: true }, passing: false };
      }
      if (how === 'full') {
        const detail = `${name} holds more of this window than is kept: what comes first in it was read`;
        ending = { reason: 'byte-limit', detail };
      }
    } catch {
      // The line that was cut off is what is missing; it is no broken one.
      const why = sourceFailed()
        ? 'could not be read to its end'
        : 'ends in the middle of its gzip data, or has several parts of it';
      if (lines.count() === 0) throw unreadable(connectorId, `${name} ${why}, before its first line`);
      ending = { reason: 'invalid-item', detail: `${name} ${why}: ${lines.count()} lines were read` };
    } finally {
      cancel();
    }
    if (lines.areAllBroken()) {
      const what = `none of ${lines.count()} lines is JSON with \`${key}\` (OTLP/JSON, one export a line)`;
      throw unreadable(connectorId, `${name}: ${what}`);
    }
    return { content: soFar(), passing: sourceFailed() };
  }

  function cancel(): void {
    stop.abort();
  }

  return {
    soFar,
    done: readAll(),
    cancel,
    heldCharacters: () => lines.heldCharacters() + splitter.pendingCharacters(),
  };
}

async function openFile(
  { connectorId, name, open }: Pick<OtlpFile<unknown>, 'connectorId' | 'name' | 'open'>,
  stop: AbortSignal,
) {
  try {
    return await toPlainBytes(await open(), stop);
  } catch {
    throw new ConnectorError({ code: 'unreachable', connectorId, message: `${name} cannot be opened` });
  }
}

function unreadable(connectorId: string, message: string): ConnectorError {
  return new ConnectorError({ code: 'bad-response', connectorId, message });
}
