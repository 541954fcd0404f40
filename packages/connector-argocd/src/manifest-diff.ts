import type { ConfigurationChange } from '@midwatch/core';

/** Values longer than this are compared whole and shown cut. */
const MAX_VALUE = 300;
const MAX_CHANGES = 100;
const MAX_DEPTH = 16;

type Leaves = Map<string, string>;

interface Manifest {
  readonly kind?: unknown;
  readonly metadata?: { readonly name?: unknown };
}

/**
 * What differs between two revisions of an application, compared object by object by kind and name. Secrets are left out
 * before anything is compared, and the marks that a rollout itself leaves (checksums, generated labels) are not told.
 */
export function diffManifests(
  before: readonly string[],
  after: readonly string[],
): readonly ConfigurationChange[] {
  const [older, newer] = [readManifests(before), readManifests(after)];
  const changes: ConfigurationChange[] = [];
  for (const name of new Set([...older.keys(), ...newer.keys()])) {
    const [was, is] = [older.get(name), newer.get(name)];
    if (was === undefined || is === undefined) {
      changes.push({
        path: name,
        before: was === undefined ? null : 'present',
        after: is === undefined ? null : 'present',
      });
    } else {
      changes.push(...diffLeaves(name, was, is));
    }
    if (changes.length >= MAX_CHANGES) return changes.slice(0, MAX_CHANGES);
  }
  return changes;
}

/** Which tag each container image has, `name:tag` or `name@digest`, by container. */
export function imagesOf(manifests: readonly string[]): readonly string[] {
  const images: string[] = [];
  for (const leaves of readManifests(manifests).values()) {
    for (const [path, value] of leaves) if (/ container \S+ image$/.test(` ${path}`)) images.push(value);
  }
  return images;
}

function readManifests(texts: readonly string[]): ReadonlyMap<string, Leaves> {
  const objects = new Map<string, Leaves>();
  for (const text of texts) {
    const manifest = parseObject(text);
    const name = manifest?.metadata?.name;
    if (manifest === undefined || typeof manifest.kind !== 'string' || typeof name !== 'string') continue;
    if (manifest.kind === 'Secret') continue;
    const leaves: Leaves = new Map();
    for (const [key, value] of Object.entries(manifest)) {
      if (['apiVersion', 'kind', 'metadata', 'status'].includes(key)) continue;
      addLeaves(leaves, key, value, 0);
    }
    objects.set(`${manifest.kind}/${name}`, leaves);
  }
  return objects;
}

function parseObject(text: string): Manifest | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Lists of named things (containers, environment variables, ports) are told by name: positions move, names stay. */
function addLeaves(leaves: Leaves, path: string, value: unknown, depth: number): void {
  if (value === null || value === undefined || depth > MAX_DEPTH) return;
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries())
      addLeaves(leaves, itemPath(path, item, index), named(item), depth + 1);
    return;
  }
  if (typeof value !== 'object') {
    leaves.set(shorten(path), typeof value === 'string' ? value : JSON.stringify(value));
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    // Annotations and labels of a pod template change with every rollout; they are its trace, not its cause.
    if (key === 'metadata' || key === 'managedFields') continue;
    addLeaves(leaves, `${path}.${key}`, item, depth + 1);
  }
}

function nameOf(item: unknown): string | undefined {
  const name = typeof item === 'object' && item !== null && 'name' in item ? item.name : undefined;
  return typeof name === 'string' ? name : undefined;
}

function itemPath(path: string, item: unknown, index: number): string {
  return `${path}[${nameOf(item) ?? index}]`;
}

/** `{name, value}` is the value under its name; other named objects keep their fields without the name. */
function named(item: unknown): unknown {
  if (nameOf(item) === undefined || typeof item !== 'object' || item === null) return item;
  const { name: _name, ...rest } = item as Record<string, unknown>;
  return Object.keys(rest).join() === 'value' ? rest['value'] : rest;
}

/** As people say it: `container api env POOL` instead of the path through the pod template. */
function shorten(path: string): string {
  return path
    .replace(/^spec\.(?:jobTemplate\.spec\.)?template\.spec\./, '')
    .replace(/^(?:init|ephemeral)?[cC]ontainers\[([^\]]+)\]\.?/, 'container $1 ')
    .replace(/\benv\[([^\]]+)\]$/, 'env $1')
    .trim();
}

function diffLeaves(name: string, was: Leaves, is: Leaves): readonly ConfigurationChange[] {
  const changes: ConfigurationChange[] = [];
  for (const path of new Set([...was.keys(), ...is.keys()])) {
    const [before, after] = [was.get(path) ?? null, is.get(path) ?? null];
    if (before === after) continue;
    const inFile = before !== null && after !== null && (before.includes('\n') || after.includes('\n'));
    if (inFile) changes.push(...diffFile(`${name} ${path}`, before, after));
    else changes.push({ path: `${name} ${path}`, before: cut(before), after: cut(after) });
  }
  return changes;
}

/** A file in a ConfigMap, line by line: `key: value`, `key = value` and `key=value` lines are told by their key. */
function diffFile(path: string, before: string, after: string): readonly ConfigurationChange[] {
  const [was, is] = [linesByKey(before), linesByKey(after)];
  const changes: ConfigurationChange[] = [];
  for (const key of new Set([...was.keys(), ...is.keys()])) {
    const [older, newer] = [was.get(key) ?? null, is.get(key) ?? null];
    if (older !== newer)
      changes.push({ path: `${path}: ${cut(key) ?? ''}`, before: cut(older), after: cut(newer) });
  }
  return changes;
}

function linesByKey(text: string): ReadonlyMap<string, string> {
  const lines = new Map<string, string>();
  const parents: { readonly indent: number; readonly key: string }[] = [];
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '' || trimmed.startsWith('#')) continue;
    const separator = /\s*[:=]\s*/.exec(trimmed);
    const indent = line.length - line.trimStart().length;
    while ((parents.at(-1)?.indent ?? -1) >= indent) parents.pop();
    const key = [
      ...parents.map((parent) => parent.key),
      separator === null ? trimmed : trimmed.slice(0, separator.index),
    ].join('.');
    const value = separator === null ? '' : trimmed.slice(separator.index + separator[0].length);
    if (value === '' && separator !== null && parents.length < MAX_DEPTH) {
      parents.push({ indent, key: trimmed.slice(0, separator.index) });
    }
    lines.set(key, value);
  }
  return lines;
}

function cut(text: string | null): string | null {
  return text !== null && text.length > MAX_VALUE ? `${text.slice(0, MAX_VALUE)}…` : text;
}
