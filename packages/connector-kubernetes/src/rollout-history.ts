import type { Revision } from './workload.js';

/** One revision taking effect: the first time, or again as a rollback. */
export interface Rollout {
  readonly number: number;
  readonly revision: Revision;
  /** When it began; undefined for a rollback, whose time nothing in the history keeps. */
  readonly atMs: number | undefined;
  /** A rollback came after this, */
  readonly afterMs: number;
  /** and before this, where a later rollout is known. */
  readonly beforeMs: number | undefined;
  readonly isRollback: boolean;
  /** Its pods run, or shall run, now. */
  readonly isCurrent: boolean;
  /** The rollout before it, of another template, that is still known. */
  readonly previous: Rollout | undefined;
}

/**
 * The rollouts of one workload, oldest first, from the revisions that still exist. A rollback reuses an old revision: its number
 * moves, its creation time stays, so that only the first of its numbers has a time.
 */
export function toRollouts(revisions: readonly Revision[]): readonly Rollout[] {
  const numbered = revisions
    .flatMap((revision) =>
      [...revision.earlier, revision.number].map((number, index) => ({
        number,
        revision,
        isFirst: index === 0,
      })),
    )
    .sort((left, right) => left.number - right.number || left.revision.createdMs - right.revision.createdMs);
  const rollouts: Rollout[] = [];
  const beforeMs = latestTimes(numbered);
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const [index, { number, revision, isFirst }] of numbered.entries()) {
    // Older than one with a lower number: it was taken again, even when its former numbers are told nowhere.
    const isRollback = !isFirst || revision.createdMs < newestMs;
    newestMs = Math.max(newestMs, revision.createdMs);
    rollouts.push({
      number,
      revision,
      atMs: isRollback ? undefined : revision.createdMs,
      afterMs: newestMs,
      beforeMs: isRollback ? beforeMs[index] : undefined,
      isRollback,
      isCurrent: index === numbered.length - 1,
      previous: otherThan(revision, rollouts.at(-1)),
    });
  }
  return rollouts;
}

/** What ran before: numbers between may be gone, so that the rollout before is of the same template. */
function otherThan(revision: Revision, last: Rollout | undefined): Rollout | undefined {
  return last?.revision === revision ? last.previous : last;
}

interface Numbered {
  readonly number: number;
  readonly revision: Revision;
  readonly isFirst: boolean;
}

/** For each, when the next one was made that was new then: a rollback came before it. */
function latestTimes(numbered: readonly Numbered[]): readonly (number | undefined)[] {
  const newestBefore: number[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const { revision } of numbered) {
    newestBefore.push(newestMs);
    newestMs = Math.max(newestMs, revision.createdMs);
  }
  const times: (number | undefined)[] = [];
  let nextMs: number | undefined;
  for (const [index, { revision, isFirst }] of [...numbered.entries()].reverse()) {
    times[index] = nextMs;
    if (isFirst && revision.createdMs >= (newestBefore[index] ?? 0)) nextMs = revision.createdMs;
  }
  return times;
}

/**
 * From when on the revisions that exist tell everything: the controller deletes older ones. Undefined when none is gone. A number
 * may also be missing because a revision without a history of its numbers was taken again.
 */
export function historyStartMs(rollouts: readonly Rollout[]): number | undefined {
  let missing = 0;
  let startMs: number | undefined;
  for (const [index, { number, atMs, afterMs, revision, isRollback }] of rollouts.entries()) {
    const absent = number - (rollouts[index - 1]?.number ?? 0) - 1;
    if (absent > 0) startMs = atMs ?? afterMs;
    missing += Math.max(0, absent) - (isRollback && revision.earlier.length === 0 ? 1 : 0);
  }
  return missing > 0 ? startMs : undefined;
}
