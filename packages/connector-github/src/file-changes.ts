import type { ConfigurationChange } from '@midwatch/core';
import type { FileFormat } from './configuration-file.js';
import type { ChangedFile } from './github-schema.js';
import { type Hunk, readHunks } from './patch-hunks.js';
import { type Position, readSettings, type Setting, topOfFile } from './setting-lines.js';

/** Longer patches are read up to here. */
export const maxPatchCharacters = 100_000;

/** The hunks of a file of which it cannot be told from the patch alone which keys stand above them. */
export function needsWholeFile({ status, patch }: ChangedFile, format: FileFormat): boolean {
  if (format === 'pairs' || status === 'added' || status === 'removed') return false;
  return readHunks(cutPatch(patch)).some(({ startLine, after, before }) => {
    const first = [...after, ...before].find((line) => line.trim() !== '') ?? '';
    return startLine > 1 && (format === 'sections' ? !first.startsWith('[') : /^[\s-]/.test(first));
  });
}

/**
 * What a patch changes in a configuration file, key by key. `text` is the newer file, for the keys above a hunk; without it
 * they are those that the patch shows.
 */
export function toFileChanges(
  { filename, status, previous_filename: oldName, patch }: ChangedFile,
  format: FileFormat,
  text?: string,
): ConfigurationChange[] {
  if (status === 'added') return [{ path: filename, before: null, after: 'added' }];
  if (status === 'removed') return [{ path: filename, before: 'present', after: null }];
  const renamed =
    status === 'renamed' && oldName ? [{ path: filename, before: oldName, after: filename }] : [];
  const before: Setting[] = [];
  const after: Setting[] = [];
  const positionOf = createPositions(text, format);
  for (const hunk of readHunks(cutPatch(patch))) {
    const from = positionOf(hunk);
    before.push(...readSettings(hunk.before, format, from).settings);
    after.push(...readSettings(hunk.after, format, from).settings);
  }
  const changes = compareSettings(before, after);
  return [...renamed, ...changes.map((change) => ({ ...change, path: `${filename}: ${change.path}` }))];
}

function cutPatch(patch: string | null | undefined): string {
  return (patch ?? '').slice(0, maxPatchCharacters);
}

/** Where a hunk begins: by the file itself, read once from top to bottom, else by the hunk's heading. */
function createPositions(text: string | undefined, format: FileFormat): (hunk: Hunk) => Position {
  const lines = text?.split('\n').map((line) => line.replace(/\r$/, ''));
  let position = topOfFile;
  let reached = 0;
  return ({ startLine, heading }) => {
    if (lines === undefined) return format === 'nested' ? readSettings([heading], format).end : topOfFile;
    const until = Math.max(reached, Math.min(startLine - 1, lines.length));
    position = readSettings(lines.slice(reached, until), format, position).end;
    reached = until;
    return position;
  };
}

/** What is different between two lists of settings; the same key several times (lists) is compared as a bag of values. */
function compareSettings(before: readonly Setting[], after: readonly Setting[]): ConfigurationChange[] {
  const values = new Map<string, { before: string[]; after: string[] }>();
  const at = (path: readonly string[]) => {
    const key = path.join('.');
    const known = values.get(key) ?? { before: [], after: [] };
    values.set(key, known);
    return known;
  };
  for (const { path, value } of after) at(path).after.push(value);
  for (const { path, value } of before) at(path).before.push(value);
  return [...values].flatMap(([path, { before: all, after: added }]) => {
    const removed = withoutCommon(all, added);
    const come = withoutCommon(added, all);
    return Array.from({ length: Math.max(removed.length, come.length) }, (_, index) => ({
      path,
      before: removed[index] ?? null,
      after: come[index] ?? null,
    }));
  });
}

function withoutCommon(values: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return values.filter((value) => {
    const count = left.get(value) ?? 0;
    left.set(value, count - 1);
    return count <= 0;
  });
}
