import { HttpProblem } from './http-problem.js';

/** A time of a query: RFC 3339, or milliseconds since 1970. */
export function parseTime(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  const timeMs = /^\d{1,16}$/.test(text) ? Number(text) : isRfc3339(text) ? Date.parse(text) : Number.NaN;
  if (Number.isSafeInteger(timeMs)) return timeMs;
  throw new HttpProblem(
    400,
    'bad-time',
    `\`${name}\` must be a time such as 2026-11-01T03:00:00Z, or milliseconds since 1970`,
  );
}

function isRfc3339(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})$/.test(text);
}
