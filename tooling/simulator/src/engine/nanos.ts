/** Epoch nanoseconds of a moment in milliseconds; fractions are kept to the microsecond. */
export function toNanos(atMs: number): bigint {
  const whole = Math.floor(atMs);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((atMs - whole) * 1000)) * 1000n;
}
