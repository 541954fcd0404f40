import type { AttributeValue } from '@midwatch/core';
import type { Hit } from './elasticsearch-schema.js';

const MAX_ATTRIBUTES = 200;
const MAX_DEPTH = 8;

/**
 * The first value of a field. What the server reads by the mapping comes first, since alias fields stand in no `_source`;
 * that may be nested, dotted or mixed.
 */
export function readField({ _source, fields }: Hit, name: string): unknown {
  if (fields !== null && fields !== undefined && Object.hasOwn(fields, name)) return firstOf(fields[name]);
  return firstOf(readPath(_source ?? {}, name.split('.'), 0));
}

/** A field's value as text; a structured one as JSON. */
export function readText(hit: Hit, name: string): string | undefined {
  const value = readField(hit, name);
  if (typeof value === 'string') return value === '' ? undefined : value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return undefined;
}

function firstOf(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function readPath(source: unknown, path: readonly string[], depth: number): unknown {
  if (path.length === 0) return source;
  if (typeof source !== 'object' || source === null || depth > MAX_DEPTH) return undefined;
  for (let length = path.length; length > 0; length--) {
    const key = path.slice(0, length).join('.');
    if (!Object.hasOwn(source, key)) continue;
    const value = readPath((source as Record<string, unknown>)[key], path.slice(length), depth + 1);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** The record's fields with dotted names; what OpenTelemetry puts under `attributes` is called as it is there. */
export function toAttributes(hit: Hit, without: ReadonlySet<string>): Map<string, AttributeValue> {
  const attributes = new Map<string, AttributeValue>();
  const add = (prefix: string, value: unknown, depth: number): void => {
    if (attributes.size >= MAX_ATTRIBUTES || value === null || value === undefined || without.has(prefix))
      return;
    if (typeof value !== 'object') {
      attributes.set(attributeName(prefix), toAttributeValue(value));
    } else if (Array.isArray(value) || depth >= MAX_DEPTH) {
      attributes.set(attributeName(prefix), JSON.stringify(value));
    } else {
      for (const [key, inner] of Object.entries(value)) {
        add(prefix === '' ? key : `${prefix}.${key}`, inner, depth + 1);
      }
    }
  };
  add('', hit._source ?? {}, 0);
  return attributes;
}

function toAttributeValue(value: unknown): AttributeValue {
  return typeof value === 'number' || typeof value === 'boolean' ? value : String(value);
}

function attributeName(name: string): string {
  return name.replace(/^(?:resource\.)?attributes\.(?=.)/, '');
}
