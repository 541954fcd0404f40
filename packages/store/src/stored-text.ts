import { StoreError } from './store-error.js';

/** Of one JSON value or text, in bytes of UTF-8. */
export const maxTextBytes = 256 * 1024;
/** Of one bundle. */
export const maxBundleBytes = 8 * 1024 * 1024;
/** Of one incident's alerts and audit entries, what `getIncident` brings. */
export const maxAlertsShown = 200;
export const maxTimelineShown = 500;
const maxErrorCharacters = 4_096;

function checkSize(text: string, what: string): string {
  // A UTF-16 unit takes one to three bytes: most texts need no encoding to be judged.
  if (text.length * 3 <= maxTextBytes) return text;
  const bytes = new TextEncoder().encode(text).byteLength;
  if (bytes <= maxTextBytes) return text;
  throw new StoreError(
    'too-large',
    `${what} has ${bytes} bytes, at most ${maxTextBytes} are kept: shorten it, or keep it as a bundle`,
  );
}

/** A key, name or other plain text. NUL and halves of surrogate pairs, which no database keeps alike, become U+FFFD. */
export function toStoredText(text: string, what: string): string {
  return checkSize(text.toWellFormed().replaceAll('\0', '\uFFFD'), what);
}

export function toStoredError(text: string): string {
  return text.slice(0, maxErrorCharacters).toWellFormed().replaceAll('\0', '\uFFFD');
}

/** A time as given. NaN or a fraction would be kept by one engine and not by another, and an item never come due. */
export function toStoredTime(timeMs: number, what: string): number {
  if (Number.isSafeInteger(timeMs)) return timeMs;
  throw new StoreError('bad-time', `${what} is ${timeMs}: give whole milliseconds`);
}

/** JSON text; null for undefined. JSON escapes what plain text cannot keep, so the value comes back whole. */
export function toStoredJson(value: unknown, what: string): string | null {
  if (value === undefined) return null;
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    throw new StoreError('not-json', `${what} cannot be written as JSON: give plain data`, { cause });
  }
  if (text === undefined) {
    throw new StoreError('not-json', `${what} is a function or a symbol: give plain data`);
  }
  return checkSize(text, what);
}

export function fromStoredJson(text: string | null): unknown {
  return text === null ? undefined : JSON.parse(text);
}

export function checkBundle(bytes: Uint8Array): void {
  if (bytes.byteLength <= maxBundleBytes) return;
  throw new StoreError(
    'too-large',
    `a bundle has ${bytes.byteLength} bytes, at most ${maxBundleBytes} are kept: leave signals out of it`,
  );
}
