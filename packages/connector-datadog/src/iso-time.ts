const isoTime = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?\d*(Z|[+-]\d{2}:?\d{2})$/;

/** Epoch nanoseconds of an RFC 3339 time with up to nine digits, which `Date.parse` would cut at three. */
export function isoToNanoseconds(text: string): string | undefined {
  const [, seconds, fraction = '', zone] = isoTime.exec(text) ?? [];
  if (seconds === undefined || zone === undefined) return undefined;
  const wholeMs = Date.parse(`${seconds}${zone}`);
  if (Number.isNaN(wholeMs) || wholeMs <= 0) return undefined;
  return `${wholeMs / 1000}${fraction.padEnd(9, '0')}`;
}
