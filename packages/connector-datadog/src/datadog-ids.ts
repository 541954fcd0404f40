import { toSpanId, toTraceId } from '@midwatch/core/otlp';

const decimal = /^\d{1,39}$/;
const MAX_UINT64 = 2n ** 64n - 1n;
const MAX_UINT128 = 2n ** 128n - 1n;

/**
 * A trace id as 32 lower-case hex digits. Datadog writes 64 bits as a decimal number; `high` is the other half of an id
 * of 128 bits (`_dd.p.tid`, 16 hex digits). Newer tracers and OpenTelemetry write all 32 hex digits.
 */
export function traceIdOf(text: unknown, high?: unknown): string | undefined {
  const value = asDecimal(text);
  if (value === undefined) return toTraceId(text);
  if (value === 0n || value > MAX_UINT128) return undefined;
  const low = value.toString(16);
  const upper = typeof high === 'string' && /^[0-9a-f]{16}$/i.test(high) ? high.toLowerCase() : '';
  return (value > MAX_UINT64 ? low : upper + low.padStart(16, '0')).padStart(32, '0');
}

/** A span id as 16 lower-case hex digits; none for 0, which stands for "no parent". */
export function spanIdOf(text: unknown): string | undefined {
  const value = asDecimal(text);
  if (value === undefined) return toSpanId(text);
  return value === 0n || value > MAX_UINT64 ? undefined : value.toString(16).padStart(16, '0');
}

/** The low 64 bits, which spans of both kinds of tracers share. */
export function lowHalf(traceId: string): string {
  return traceId.slice(-16);
}

/** How one trace id may stand in Datadog: in full, and its low 64 bits as a decimal number. */
export function writtenTraceIds(traceId: string): readonly string[] {
  return [traceId, BigInt(`0x${lowHalf(traceId)}`).toString()];
}

/** Text of digits alone is a number, as Datadog writes it; of 32 digits it is hex that happens to have no letter. */
function asDecimal(text: unknown): bigint | undefined {
  if (typeof text === 'number' && Number.isSafeInteger(text) && text >= 0) return BigInt(text);
  if (typeof text !== 'string' || !decimal.test(text) || text.length === 32) return undefined;
  if (text.length === 16 && text.startsWith('0')) return undefined; // No number begins with a zero.
  return BigInt(text);
}
