const TRACE_ID_DIGITS = 32;
const SPAN_ID_DIGITS = 16;

/**
 * A trace id as 32 lower-case hex digits, from what backends write: hex in either case, with dashes, with leading zeros
 * cut (Tempo's search), 64 bits (Jaeger), or base64 (protobuf's JSON). Undefined when it is none, or all zeros.
 */
export function toTraceId(text: unknown): string | undefined {
  return toHexId(text, TRACE_ID_DIGITS);
}

/** A span id as 16 lower-case hex digits, from the same ways of writing. */
export function toSpanId(text: unknown): string | undefined {
  return toHexId(text, SPAN_ID_DIGITS);
}

const plainHex = /^[0-9a-f]+$/;
const onlyZeros = /^0*$/;

function toHexId(text: unknown, digits: number): string | undefined {
  if (typeof text !== 'string' || text === '' || text.length > 64) return undefined;
  let hex = text;
  if (hex.length !== digits || !plainHex.test(hex)) {
    hex = text.replaceAll('-', '').toLowerCase();
    // A text of hex digits alone is hex: base64 of 8 or 16 bytes ends in `=` or, practically always, has another letter.
    if (!plainHex.test(hex)) hex = base64ToHex(text) ?? '';
  }
  if (hex.length > digits || onlyZeros.test(hex)) return undefined;
  return hex.length === digits ? hex : hex.padStart(digits, '0');
}

function base64ToHex(text: string): string | undefined {
  let bytes: string;
  try {
    bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  } catch {
    return undefined;
  }
  if (bytes.length !== TRACE_ID_DIGITS / 2 && bytes.length !== SPAN_ID_DIGITS / 2) return undefined;
  let hex = '';
  for (let index = 0; index < bytes.length; index++) {
    hex += bytes.charCodeAt(index).toString(16).padStart(2, '0');
  }
  return hex;
}
