import type { StreamsAnswer } from './loki-schema.js';

type Labels = Readonly<Record<string, string>>;

/** One line as Loki holds it. */
export interface LogLine {
  /** Epoch nanoseconds; does not fit a number. */
  readonly timeNs: string;
  readonly body: string;
  readonly stream: Labels;
  /** Structured metadata and parsed labels; empty where the server merges them into `stream`. */
  readonly metadata: Labels;
  /** Same key, same line: pages overlap by one nanosecond. */
  readonly key: string;
}

const noLabels: Labels = {};

/**
 * The lines of an answer, in the server's order. Entries are `[ns, line]` or, when the server follows `categorize-labels`,
 * `[ns, line, { structuredMetadata, parsed }]`: older servers and proxies ignore that wish.
 */
export function toLogLines(answer: StreamsAnswer): { readonly lines: LogLine[]; readonly invalid: number } {
  const lines: LogLine[] = [];
  let invalid = 0;
  for (const { stream, values } of answer.data.result ?? []) {
    const streamKey = JSON.stringify(Object.entries(stream).sort(([a], [b]) => (a < b ? -1 : 1)));
    for (const value of values) {
      const line = toLine(value, stream, streamKey);
      if (line === undefined) invalid += 1;
      else lines.push(line);
    }
  }
  return { lines, invalid };
}

function toLine(value: unknown, stream: Labels, streamKey: string): LogLine | undefined {
  if (!Array.isArray(value)) return undefined;
  const [timeNs, body, categories] = value as readonly unknown[];
  if (typeof timeNs !== 'string' || !/^\d{1,19}$/.test(timeNs) || typeof body !== 'string') return undefined;
  const metadata = { ...toLabels(categories, 'parsed'), ...toLabels(categories, 'structuredMetadata') };
  return { timeNs, body, stream, metadata, key: `${timeNs} ${streamKey} ${body}` };
}

function toLabels(categories: unknown, name: 'structuredMetadata' | 'parsed'): Labels {
  if (typeof categories !== 'object' || categories === null) return noLabels;
  const labels: unknown = Object.hasOwn(categories, name)
    ? (categories as Record<string, unknown>)[name]
    : undefined;
  if (typeof labels !== 'object' || labels === null) return noLabels;
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}

/** Of two nanosecond times; neither has leading zeros. */
export function compareNs(a: string, b: string): number {
  if (a.length !== b.length) return a.length - b.length;
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Streams come one after the other, in time only within themselves. */
export function sortByTime(lines: readonly LogLine[]): LogLine[] {
  return lines.toSorted((a, b) => compareNs(a.timeNs, b.timeNs));
}

export function toMs(timeNs: string): number {
  return Number(BigInt(timeNs) / 1_000_000n);
}

export function toNs(timeMs: number): bigint {
  return BigInt(Math.floor(timeMs)) * 1_000_000n;
}
