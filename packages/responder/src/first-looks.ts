import { isLate } from '@midwatch/core';
import type { CollectionSummary, SourceReport, Store } from '@midwatch/core/incident';
import { type CollectResult, collectKey } from './incident-state.js';
import { isOfMidwatchItself } from './own-incident.js';
import type { LifeCycleRules } from './rules.js';

/** What became of the latest first looks. */
export interface FirstLooks {
  readonly count: number;
  /** Every source answered in full and in time, and the message was delivered. */
  readonly complete: number;
  /** Of those that are not: the collection failed, or nobody has made it. */
  readonly failed: number;
  /** Of those that are not: a message is dead. */
  readonly undelivered: number;
  readonly measuredAtMs: number;
  /** Sources that left every question of the newest look that asked them unanswered, where that was lately. */
  readonly unanswered: readonly { readonly source: string; readonly atMs: number }[];
}

/** A look takes seconds: one that is not made by then waits for nobody. */
const OVERDUE_MS = 5 * 60_000;
const MAX_AGE_MS = 6 * 3_600_000;
/** A look that is older says nothing about now. */
const LATELY_MS = 15 * 60_000;
const PAGE = 200;

interface Measured {
  readonly store: Pick<Store, 'listIncidents' | 'outbox' | 'steps'>;
  readonly rules: Pick<LifeCycleRules, 'watch'>;
  readonly nowMs: number;
}

/** Reads the first look of the newest incidents; those that are being made, and members of storms, do not count. */
export async function measureFirstLooks({ nowMs, rules, store }: Measured): Promise<FirstLooks> {
  // Some have no look of their own, such as members of a storm; a bound on what is read for them.
  const { items } = await store.listIncidents({ limit: Math.min(3 * rules.watch.firstLooks, PAGE) });
  const dead = new Set((await store.outbox.listDead({ limit: PAGE })).items.map((each) => each.incidentId));
  const counts = { count: 0, complete: 0, failed: 0, undelivered: 0 };
  const newest = new Map<string, { atMs: number; hasAnswered: boolean }>();
  for (const incident of items) {
    if (counts.count === rules.watch.firstLooks || incident.openedAtMs < nowMs - MAX_AGE_MS) break;
    if (isOfMidwatchItself(incident)) continue;
    const step = await store.steps.get(incident.id, collectKey(1));
    if (step === undefined) continue;
    const isOpen = step.state === 'waiting' || step.state === 'running';
    if (isOpen && step.queuedAtMs > nowMs - OVERDUE_MS) continue;
    const result = step.state === 'done' ? (step.result as CollectResult) : undefined;
    if (result !== undefined && result.outcome !== 'looked') continue;
    counts.count += 1;
    const isUndelivered = dead.has(incident.id);
    if (isUndelivered) counts.undelivered += 1;
    if (result === undefined) counts.failed += 1;
    else {
      noteAnswers(newest, result.look.collection, result.look.nowMs);
      if (!isUndelivered && isComplete(result.look.collection)) counts.complete += 1;
    }
  }
  const unanswered = [...newest]
    .filter(([, { atMs, hasAnswered }]) => !hasAnswered && atMs >= nowMs - LATELY_MS)
    .map(([source, { atMs }]) => ({ source, atMs }));
  return { ...counts, measuredAtMs: nowMs, unanswered };
}

function isComplete({ sources }: CollectionSummary): boolean {
  return !sources.some((report) => report.state === 'failed' || isLate(report));
}

/** Newest first: what is known of a source is newer. */
function noteAnswers(
  newest: Map<string, { atMs: number; hasAnswered: boolean }>,
  { sources }: CollectionSummary,
  atMs: number,
): void {
  const asked = new Map<string, boolean>();
  for (const report of sources.filter(wasAsked))
    asked.set(report.connectorId, (asked.get(report.connectorId) ?? false) || report.state !== 'failed');
  for (const [source, hasAnswered] of asked)
    if (!newest.has(source)) newest.set(source, { atMs, hasAnswered });
}

function wasAsked({ state }: SourceReport): boolean {
  return state !== 'not-asked' && state !== 'not-configured';
}
