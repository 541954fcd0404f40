import { toMemoryTerms } from '@midwatch/core';
import type { Effects, Memory, MemoryVerdict, NewMemory } from '@midwatch/core/incident';
import { StoreError } from './store-error.js';
import { fromStoredJson, toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

/** Of one search. */
const maxMemoriesFound = 200;
/** Of one call that adds. */
const maxMemoriesAdded = 5_000;
/** Of the terms of one search: more tell nothing more. */
const maxTermsAsked = 200;

/** Columns are named as in the migration. */
export interface PreparedMemory {
  at_ms: number;
  service: string | null;
  namespace: string | null;
  cause_service: string | null;
  cause: string;
  signatures: string;
  words: string;
  terms: string;
}
export type MemoryRow = PreparedMemory & {
  memory_key: string;
  incident_id: string | null;
  kept_at_ms: number;
};
export type Verdict = MemoryVerdict['verdict'];
export interface ShownRow {
  incident_id: string;
  memory_key: string;
  at_ms: number;
  verdict: Verdict;
}

export interface PreparedMemories {
  readonly memory?: PreparedMemory | 'none';
  /** Keys. */
  readonly shown: readonly string[];
  readonly verdicts: readonly MemoryVerdict[];
}

export function prepareMemories({
  memoriesShown = [],
  memory,
  memoryVerdicts = [],
}: Effects): PreparedMemories {
  const toKey = (key: string) => toStoredText(key, "a memory's key");
  return {
    ...(memory === undefined ? {} : { memory: memory === 'none' ? memory : prepareMemory(memory) }),
    shown: memoriesShown.map(toKey),
    verdicts: memoryVerdicts.map(({ key, verdict }) => ({ key: toKey(key), verdict })),
  };
}

function prepareMemory(memory: Omit<NewMemory, 'key'>): PreparedMemory {
  const optional = (text: string | undefined, what: string) =>
    text === undefined ? null : toStoredText(text, what);
  return {
    at_ms: toStoredTime(memory.atMs, "a memory's time"),
    service: optional(memory.service, 'a service'),
    namespace: optional(memory.namespace, 'a namespace'),
    cause_service: optional(memory.causeService, 'a service'),
    cause: toStoredText(memory.cause, 'a cause'),
    signatures: toStoredJson(memory.signatures, "a memory's signatures") ?? '[]',
    words: toStoredJson(memory.words, "a memory's words") ?? '[]',
    terms: toStoredText(toMemoryTerms(memory).join(' '), "a memory's terms"),
  };
}

/** As rows of no incident, checked: from here on none of them can be refused. */
export function prepareAddedMemories(memories: readonly NewMemory[], nowMs: number): readonly MemoryRow[] {
  if (memories.length > maxMemoriesAdded) {
    throw new StoreError(
      'too-large',
      `${memories.length} memories are added at once, at most ${maxMemoriesAdded} are kept: add them in parts`,
    );
  }
  const keptAtMs = toStoredTime(nowMs, 'the time');
  return memories.map((memory) => ({
    memory_key: toStoredText(memory.key, "a memory's key"),
    incident_id: null,
    kept_at_ms: keptAtMs,
    ...prepareMemory(memory),
  }));
}

/** The terms to search for; a limit that no answer has is refused. */
export function parseMemoryQuery(
  query: Pick<NewMemory, 'signatures' | 'words'> & { readonly limit: number },
) {
  const { limit } = query;
  if (!Number.isInteger(limit) || limit < 1 || limit > maxMemoriesFound)
    throw new StoreError('bad-page', `a limit of memories is a whole number from 1 to ${maxMemoriesFound}`);
  return { limit, terms: toMemoryTerms(query).slice(0, maxTermsAsked) };
}

export function toMemory(row: MemoryRow & { helped: number; misled: number }): Memory {
  const { cause_service: causeService, namespace, service } = row;
  return {
    key: row.memory_key,
    atMs: Number(row.at_ms),
    ...(service === null ? {} : { service }),
    ...(namespace === null ? {} : { namespace }),
    ...(causeService === null ? {} : { causeService }),
    cause: row.cause,
    signatures: fromStoredJson(row.signatures) as readonly string[],
    words: fromStoredJson(row.words) as readonly string[],
    helped: Number(row.helped),
    misled: Number(row.misled),
  };
}
