import type { DeploySignal } from '@midwatch/core';
import type { Redactor } from '@midwatch/core/incident';

export type ConfigurationChange = DeploySignal['changes'][number];

const MAX_CHANGES = 100;
const MAX_DEPTH = 20;
const MAX_TEXT_LENGTH = 200;

/** What differs between two values, leaf by leaf, at most 100; entries of lists that have a `name` are compared by it. */
export function diffValues(
  before: unknown,
  after: unknown,
  redact: Redactor | 'none',
): readonly ConfigurationChange[] {
  const left = leavesOf(before);
  const right = leavesOf(after);
  const paths = [...new Set([...left.keys(), ...right.keys()])].sort();
  return paths
    .filter((path) => left.get(path) !== right.get(path))
    .slice(0, MAX_CHANGES)
    .map((path) => ({
      path: cut(path),
      before: shown(path, left.get(path), redact),
      after: shown(path, right.get(path), redact),
    }));
}

/** Somebody may have written a secret into a template. A name such as `DB_PASSWORD` tells that its value is one. */
function shown(path: string, value: string | undefined, redact: Redactor | 'none'): string | null {
  if (value === undefined) return null;
  if (redact === 'none') return cut(value);
  const keys = path.split('.');
  const assignment = `${(keys.at(-1) === 'value' ? keys.at(-2) : keys.at(-1)) ?? ''}=${value}`;
  try {
    return redact.redact(assignment) === assignment ? cut(value) : '[redacted]';
  } catch {
    return '[withheld: redaction failed]';
  }
}

function leavesOf(value: unknown): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (part: unknown, path: string, depth: number): void => {
    if (typeof part !== 'object' || part === null || depth === MAX_DEPTH) {
      if (part !== undefined && part !== null) leaves.set(path, toText(part));
      return;
    }
    const entries = Array.isArray(part)
      ? part.map((item: unknown, index) => [nameOf(item) ?? String(index), item] as const)
      : Object.entries(part);
    for (const [key, item] of entries) visit(item, path === '' ? key : `${path}.${key}`, depth + 1);
  };
  visit(value, '', 0);
  return leaves;
}

function nameOf(item: unknown): string | undefined {
  const name =
    typeof item === 'object' && item !== null && 'name' in item
      ? (item as { name: unknown }).name
      : undefined;
  return typeof name === 'string' ? name : undefined;
}

const toText = (part: unknown) => (typeof part === 'string' ? part : JSON.stringify(part));
const cut = (text: string) =>
  text.length <= MAX_TEXT_LENGTH ? text : `${text.slice(0, MAX_TEXT_LENGTH - 1)}…`;
