import * as z from 'zod';

/** `rule.title` or `alerts.0.state`; a list of keys where a key holds a dot itself: `['tags', 'service.name']`. */
export type ValuePath = string | readonly string[];

const MAX_DEPTH = 16;

const error = 'expected a path such as "rule.title", or a list of keys such as ["tags", "service.name"]';

export const valuePathSchema = z.union(
  [
    z
      .string()
      .max(1000, { error })
      .regex(/^[^.]+(\.[^.]+){0,15}$/, { error }),
    z.array(z.string().min(1, { error }).max(200, { error })).min(1, { error }).max(MAX_DEPTH, { error }),
  ],
  { error },
);

/** What stands there; `undefined` where the way ends. Only what the body itself holds counts, nothing inherited. */
export function readPath(value: unknown, path: ValuePath): unknown {
  let found = value;
  for (const key of keysOf(path)) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

/** The path as it is told in messages. */
export function pathText(path: ValuePath): string {
  return keysOf(path).join('.');
}

function keysOf(path: ValuePath): readonly string[] {
  return typeof path === 'string' ? path.split('.') : path;
}

/** What was found, for a message: a short plain word as it is, anything else by its kind only. */
export function describeValue(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === 'object') return 'an object';
  if (typeof value !== 'string') return JSON.stringify(value);
  return /^[\w .:+-]{1,40}$/.test(value) ? `"${value}"` : `a text of ${value.length} characters`;
}
