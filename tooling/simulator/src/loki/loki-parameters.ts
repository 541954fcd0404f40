import type { NanoWindow } from './log-entries.js';
import { LogqlError } from './logql-ast.js';
import { readDuration } from './logql-lexer.js';

const MAX_ENTRIES = 5000;
const DEFAULT_LIMIT = 100;
const MAX_POINTS = 11_000;
const MAX_LENGTH_MS = 721 * 3_600_000;
const DEFAULT_SINCE_MS = 3_600_000;

/** Float seconds, RFC 3339, or a whole number: up to ten digits are seconds, more are nanoseconds. */
function parseNanos(text: string, parameter: string): bigint {
  if (/^[0-9]+\.[0-9]+$/.test(text)) return BigInt(Math.round(Number(text) * 1e6)) * 1000n;
  if (/^-?[0-9]+$/.test(text)) return text.length <= 10 ? BigInt(text) * 1_000_000_000n : BigInt(text);
  const stamp = /^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8})(?:\.([0-9]{1,9}))?(Z|[+-][0-9]{2}:[0-9]{2})$/.exec(
    text,
  );
  const wholeMs = stamp === null ? Number.NaN : Date.parse(`${stamp[1]}${stamp[3]}`);
  if (Number.isNaN(wholeMs)) {
    throw new LogqlError(
      `could not parse '${parameter}' parameter: strconv.ParseInt: parsing "${text}": invalid syntax`,
    );
  }
  return BigInt(wholeMs) * 1_000_000n + BigInt((stamp?.[2] ?? '').padEnd(9, '0'));
}

/** `start` and `end`, or `since` before `end`; the last hour by default. */
export function parseWindow(parameters: URLSearchParams, nowNanos: bigint): NanoWindow {
  const endText = parameters.get('end');
  const startText = parameters.get('start');
  const end = endText === null || endText === '' ? nowNanos : parseNanos(endText, 'end');
  const sinceMs = readDuration(parameters.get('since') ?? '') ?? DEFAULT_SINCE_MS;
  const start =
    startText === null || startText === ''
      ? end - BigInt(Math.round(sinceMs)) * 1_000_000n
      : parseNanos(startText, 'start');
  if (end <= start) throw new LogqlError('end timestamp must not be before or equal to start time');
  return { start, end };
}

export function checkLength({ start, end }: NanoWindow): void {
  const lengthMs = Number((end - start) / 1_000_000n);
  if (lengthMs <= MAX_LENGTH_MS) return;
  const hours = Math.floor(lengthMs / 3_600_000);
  throw new LogqlError(`the query time range exceeds the limit (query length: ${hours}h0m0s, limit: 30d1h)`);
}

export function parseTimeParameter(parameters: URLSearchParams, nowNanos: bigint): bigint {
  const text = parameters.get('time');
  return text === null || text === '' ? nowNanos : parseNanos(text, 'time');
}

export function parseEntryLimit(parameters: URLSearchParams): number {
  const text = parameters.get('limit');
  if (text === null || text === '') return DEFAULT_LIMIT;
  if (!/^-?[0-9]+$/.test(text)) throw new LogqlError(`strconv.Atoi: parsing "${text}": invalid syntax`);
  const limit = Number(text);
  if (limit <= 0) throw new LogqlError('limit must be a positive value');
  if (limit > MAX_ENTRIES) {
    throw new LogqlError(
      `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${MAX_ENTRIES})`,
    );
  }
  return limit;
}

export function parseDirection(parameters: URLSearchParams): 'forward' | 'backward' {
  const text = parameters.get('direction');
  const direction = (text === null || text === '' ? 'backward' : text).toLowerCase();
  if (direction !== 'forward' && direction !== 'backward')
    throw new LogqlError(`invalid direction '${text}'`);
  return direction;
}

/** Milliseconds; by default a 250th of the window, a second at least. */
export function parseStepParameter(parameters: URLSearchParams, window: NanoWindow): number {
  const text = parameters.get('step');
  const lengthMs = Number((window.end - window.start) / 1_000_000n);
  if (text === null || text === '') return Math.max(Math.floor(lengthMs / 250_000), 1) * 1000;
  const seconds = Number(text);
  const stepMs = Number.isNaN(seconds) ? readDuration(text) : seconds * 1000;
  if (stepMs === undefined) throw new LogqlError(`cannot parse "${text}" to a valid duration`);
  if (stepMs <= 0) {
    throw new LogqlError(
      'zero or negative query resolution step widths are not accepted. Try a positive integer',
    );
  }
  if (lengthMs / stepMs > MAX_POINTS) {
    throw new LogqlError(
      'exceeded maximum resolution of 11,000 points per time series. Try increasing the value of the step parameter',
    );
  }
  return stepMs;
}
