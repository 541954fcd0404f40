const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:[.,](\d{1,9}))?(Z|[+-]\d\d:?\d\d)?$/;

/** Epoch nanoseconds as text, from a date as the server writes it: ISO with up to nine digits, or epoch milliseconds. */
export function toTimeNs(value: unknown): string | undefined {
  if (typeof value === 'number')
    return Number.isSafeInteger(value) && value > 0 ? `${value}000000` : undefined;
  if (typeof value !== 'string') return undefined;
  if (/^[1-9]\d{11,13}$/.test(value)) return `${value}000000`;
  const [, seconds, fraction = '', zone = 'Z'] = isoTime.exec(value) ?? [];
  const ms = Date.parse(`${seconds ?? ''}${zone}`);
  // A time before 1970 is a clock that was never set.
  if (!(ms > 0)) return undefined;
  return `${BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'))}`;
}

/** The date as every server takes it, to the nanosecond: numbers this large lose their last digits in JSON. */
export function toTimeText(timeNs: string): string {
  const ms = new Date(Number(BigInt(timeNs) / 1_000_000n)).toISOString();
  return `${ms.slice(0, -1)}${timeNs.slice(-6)}Z`;
}
