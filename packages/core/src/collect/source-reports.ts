import { type SignalKind, signalKinds } from '../connector/v1/signal.js';
import type { SourceReport } from '../incident/collection.js';
import type { Plan } from '../plan/plan.js';
import type { CollectionRun } from './collection-run.js';
import { querySource, type SourceOutcome } from './query-source.js';
import { describeTarget } from './source-coverage.js';
import type { Assignment, KnownConnector } from './source-tasks.js';

/** What became of one assignment. */
export interface Answer {
  readonly report: SourceReport;
  readonly signals: SourceOutcome['signals'];
  readonly withheld: number;
  readonly workloads: SourceOutcome['workloads'];
}

const MAX_MESSAGE_LENGTH = 300;

/** Asks where there is something to ask, and reports. Never rejects. */
export async function answerAssignment(assignment: Assignment, run: CollectionRun): Promise<Answer> {
  const { planned, connectorId, task } = assignment;
  const { kind, purpose, wave, query } = planned;
  const base = { connectorId, kind, purpose, wave };
  const startedMs = run.elapsedMs();
  if (task !== undefined) run.emit({ ...base, type: 'source-started', atMs: startedMs });
  const outcome = task === undefined ? notAsked(assignment) : await querySource(task, run);
  const { state, signals, gaps, provenance, withheld, workloads, failure } = outcome;
  const ended = { state, signalCount: signals.length, durationMs: run.elapsedMs() - startedMs };
  run.emit({ ...base, type: 'source-ended', atMs: run.elapsedMs(), ...ended });
  const report: SourceReport = {
    ...{ ...base, ...ended, gaps, provenance, startedMs },
    window: task?.query.window ?? query.window,
    target: describeTarget(query.target),
  };
  if (state !== 'failed' || failure === undefined) return { report, signals, withheld, workloads };
  const message = run.scrub.text(failure.message).slice(0, MAX_MESSAGE_LENGTH);
  return { report: { ...report, error: { code: failure.code, message } }, signals, withheld, workloads };
}

function notAsked(assignment: Assignment): SourceOutcome {
  const isUnmapped = assignment.task === undefined && assignment.reason === 'unmapped-target';
  const gap = { reason: 'unmapped-target', detail: 'this source has no name for the service' } as const;
  return { state: 'not-asked', signals: [], gaps: isUnmapped ? [gap] : [], provenance: [], withheld: 0 };
}

/** One report for each connector that could not even say what it has. */
export function reportUnreadable(known: readonly KnownConnector[], plan: Plan): SourceReport[] {
  return known
    .filter(({ isBroken }) => isBroken)
    .map(({ id }) => ({
      ...emptyReport(id, plan.queries[0]?.kind ?? 'logs', plan),
      state: 'failed',
      error: { code: 'config', message: `[${id}] config: its sources could not be read` },
    }));
}

/** One report for each kind that no connector brings. */
export function reportMissing(known: readonly KnownConnector[], plan: Plan): SourceReport[] {
  return signalKinds
    .filter((kind) => known.every(({ sources }) => !sources.has(kind)))
    .map((kind) => ({ ...emptyReport('', kind, plan), state: 'not-configured' }));
}

function emptyReport(
  connectorId: string,
  kind: SignalKind,
  { window }: Plan,
): Omit<SourceReport, 'state' | 'error'> {
  return {
    ...{ connectorId, kind, purpose: 'window', wave: 1, window, target: 'everything' },
    ...{ signalCount: 0, gaps: [], provenance: [], startedMs: 0, durationMs: 0 },
  };
}
