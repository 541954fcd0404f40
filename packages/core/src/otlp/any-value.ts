import type { AttributeValue } from '../connector/v1/signal.js';

/** Any JSON object: what comes out of `JSON.parse` and was not looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Nested values are read this deep; a body nested deeper is an attack or a mistake. */
const MAX_DEPTH = 16;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The list under a key; a missing list or a `null` is an empty one. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/**
 * Attributes as one flat record: numbers, booleans and texts as they are, arrays and maps as JSON text, empty values left
 * out. Integers beyond what a number holds stay text.
 */
export function toAttributes(keyValues: unknown): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const item of listOf(keyValues)) {
    if (!isJsonObject(item) || typeof item['key'] !== 'string') continue;
    const value = toAttributeValue(item['value']);
    if (value !== undefined) setOwn(attributes, item['key'], value);
  }
  return attributes;
}

function toAttributeValue(anyValue: unknown): AttributeValue | undefined {
  const value = toPlainValue(anyValue, 0);
  if (value === undefined || value === null) return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : (value as AttributeValue);
}

/** The text of a log body: a string as it is, anything else as JSON text, nothing as ''. */
export function toBodyText(anyValue: unknown): string {
  const value = toAttributeValue(anyValue);
  return value === undefined ? '' : String(value);
}

/** https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding: integers are texts, by some writers numbers. */
function toPlainValue(anyValue: unknown, depth: number): unknown {
  if (!isJsonObject(anyValue) || depth > MAX_DEPTH) return undefined;
  const { stringValue, intValue, doubleValue, boolValue, bytesValue } = anyValue;
  if (typeof stringValue === 'string') return stringValue;
  if (typeof boolValue === 'boolean') return boolValue;
  if (typeof intValue === 'number') return intValue;
  if (typeof intValue === 'string') return toSafeInteger(intValue);
  // `NaN` and `Infinity` are texts in JSON, and no numbers to anybody who reads a signal.
  if (typeof doubleValue === 'number' || typeof doubleValue === 'string') return doubleValue;
  if (typeof bytesValue === 'string') return bytesValue;
  if (isJsonObject(anyValue['arrayValue'])) {
    return listOf(anyValue['arrayValue']['values']).map((item) => toPlainValue(item, depth + 1) ?? null);
  }
  if (isJsonObject(anyValue['kvlistValue']))
    return toPlainObject(anyValue['kvlistValue']['values'], depth + 1);
  return undefined;
}

function toPlainObject(keyValues: unknown, depth: number): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const item of listOf(keyValues)) {
    if (isJsonObject(item) && typeof item['key'] === 'string') {
      setOwn(object, item['key'], toPlainValue(item['value'], depth) ?? null);
    }
  }
  return object;
}

function toSafeInteger(text: string): number | string {
  const value = Number(text);
  return Number.isSafeInteger(value) && text.trim() !== '' ? value : text;
}

/** Keys come from outside: plain assignment of `__proto__` would set the prototype. */
function setOwn<T>(target: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    target[key] = value;
  }
}
