import type { ConfigurationChange } from '@midwatch/core';

export type Change = ConfigurationChange;

/** A change and how likely it is to matter: smaller is likelier. */
export interface RankedChange extends ConfigurationChange {
  readonly rank: number;
}

const MAX_CHANGES = 40;
const MAX_PATH_CHARACTERS = 300;
/** A longer value is left out and not cut: half a secret is recognised by no redactor. */
const MAX_VALUE_CHARACTERS = 1000;

/** The likeliest changes first, few and short; `omitted` counts the others. */
export function rankChanges(ranked: readonly RankedChange[]): {
  readonly changes: readonly Change[];
  readonly omitted: number;
} {
  const kept = ranked.toSorted((left, right) => left.rank - right.rank).slice(0, MAX_CHANGES);
  const changes = kept.map(({ path, before, after }) => ({
    path: cut(path, MAX_PATH_CHARACTERS),
    before: before === null ? null : shown(before),
    after: after === null ? null : shown(after),
  }));
  return { changes, omitted: ranked.length - kept.length };
}

function shown(value: string): string {
  return value.length <= MAX_VALUE_CHARACTERS ? value : `[${value.length} characters]`;
}

export function cut(text: string, maxCharacters: number): string {
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters)}…`;
}
