import type { Gap } from '@midwatch/core';
import type { OtlpFile } from './file-content.js';
import type { LineBatch } from './text-lines.js';
import { filterMessage } from './window-filter.js';

/** The lines of a file on their way to the decoder. */
export interface FileLines {
  add(batch: LineBatch): void;
  /** Lines that held something. */
  count(): number;
  areAllBroken(): boolean;
  /** Characters of JSON whose records were kept. */
  heldCharacters(): number;
  /** Every service that was named, where lines are filtered by time. */
  readonly services: ReadonlySet<string>;
  gaps(): Gap[];
}

/** Parses lines, leaves of them what lies in the window, and remembers which were none, by number. */
export function createFileLines({
  name,
  key,
  decoder,
  window,
}: Pick<OtlpFile<unknown>, 'name' | 'key' | 'decoder' | 'window'>): FileLines {
  const broken = createLineNumbers();
  const tooLong = createLineNumbers();
  const services = new Set<string>();
  let count = 0;
  let held = 0;

  function addLine(line: string, number: number): void {
    count++;
    const message = parseObject(line);
    if (message === undefined || !Object.hasOwn(message, key)) {
      broken.add(number);
      return;
    }
    if (window === undefined) {
      held += line.length;
      decoder.add(message);
      return;
    }
    const left = filterMessage(message, key, window, services);
    if (left.message === undefined) return;
    held += Math.ceil(line.length * left.keptShare);
    decoder.add(left.message);
  }

  return {
    add({ firstNumber, lines }) {
      for (const [index, line] of lines.entries()) {
        if (line === undefined) tooLong.add(firstNumber + index);
        else if (line.trim() !== '') addLine(line, firstNumber + index);
      }
    },
    count: () => count,
    areAllBroken: () => count > 0 && broken.count() === count,
    heldCharacters: () => held,
    services,
    gaps: () => [
      ...broken.gaps('invalid-item', name, `no JSON with \`${key}\``),
      ...tooLong.gaps('byte-limit', name, 'too long'),
    ],
  };
}

function parseObject(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null
      ? (value as Readonly<Record<string, unknown>>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Numbers that are named; of a file without one good line they would be as many as its lines. */
const MAX_NUMBERS = 3;

function createLineNumbers() {
  const first: number[] = [];
  let count = 0;
  return {
    add(number: number): void {
      count++;
      if (first.length < MAX_NUMBERS) first.push(number);
    },
    count: () => count,
    /** `logs.jsonl:12, 15, 20 and 3 more lines: no JSON with ...`. How many records stood in them nobody knows. */
    gaps(reason: Gap['reason'], name: string, what: string): Gap[] {
      if (count === 0) return [];
      const more = count === first.length ? '' : ` and ${count - first.length} more lines`;
      const detail = `${name}:${first.join(', ')}${more}: ${what}`;
      return [{ reason, missing: { count, exact: false }, detail }];
    },
  };
}
