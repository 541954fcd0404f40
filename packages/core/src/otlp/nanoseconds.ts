const digits = /^[1-9]\d{0,19}$/;

/** Epoch nanoseconds as text, from a text or a number. Undefined for a missing time, which is a zero in protobuf's JSON. */
export function toNanoseconds(value: unknown): string | undefined {
  if (typeof value === 'string') return digits.test(value) ? value : undefined;
  if (typeof value !== 'number' || !Number.isInteger(value) || value <= 0) return undefined;
  const text = String(value);
  return digits.test(text) ? text : undefined;
}

/** Whole milliseconds: cut, not rounded, so that a time stays inside its half-open window. */
export function nanosecondsToMs(nanoseconds: string): number {
  return nanoseconds.length > 6 ? Number(nanoseconds.slice(0, -6)) : 0;
}

/** By time: epoch nanoseconds are positive, so a longer text is a later time. */
export function compareNanoseconds(left: string, right: string): number {
  if (left.length !== right.length) return left.length - right.length;
  return left < right ? -1 : left > right ? 1 : 0;
}
