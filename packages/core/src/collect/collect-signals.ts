import type { ConnectorV1, FetchLike } from '../connector/v1/connector.js';
import { type SignalByKind, type SignalKind, signalKinds } from '../connector/v1/signal.js';
import { renameServices } from '../identity/rename-services.js';
import type { Collection, SourceReport } from '../incident/collection.js';
import type { Redactor } from '../incident/seams.js';
import type { CollectedSoFar, Plan, PlannedQuery } from '../plan/plan.js';
import type { CollectEvent } from './collect-event.js';
import { type CollectionRun, createCollectionRun } from './collection-run.js';
import { type EarlierAnswers, readEarlier } from './earlier-answers.js';
import { learnFromAnswers, toIdentity } from './learn-from-answers.js';
import { mergeSignals } from './merge-signals.js';
import { askByOtherNames, withLearnedNames, withoutVainNames } from './other-names.js';
import { otherNamesDue, secondWaveDue, type WaveTask } from './second-wave-due.js';
import { type Answer, answerAssignment, reportMissing, reportUnreadable } from './source-reports.js';
import { type Assignment, assignQueries, readConnectors } from './source-tasks.js';
import { untilAborted } from './until-aborted.js';

export interface CollectSignalsOptions {
  /** Ids must differ. */
  readonly connectors: readonly ConnectorV1[];
  readonly plan: Plan;
  /** What was read for the same plan before: only sources that were late are asked again, and both are put together. */
  readonly earlier?: Collection;
  /** Takes secrets out of every text before anyone sees it; `'none'` has to be written out. */
  readonly redact: Redactor | 'none';
  /** The caller's abort: the only thing that makes `collectSignals` reject. */
  readonly signal?: AbortSignal;
  /** Both waves together. @default 3,000 */
  readonly deadlineMs?: number;
  readonly onEvent?: (event: CollectEvent) => void;
  /** What the limited fetch sends with. @default the global fetch */
  readonly fetch?: FetchLike;
  /** @default 250 */
  readonly maxRequests?: number;
  /** Of all bodies together. @default 32 MiB; a Worker has memory for 8 */
  readonly maxBodyBytes?: number;
}

const DEFAULT_DEADLINE_MS = 3000;
/** More than anybody reads; the collection has to fit where it is kept. */
const MAX_TOLD_ALIASES = 100;

/**
 * Puts the plan to all connectors in parallel, in two waves within one deadline: whatever a connector does, the others keep their time. What a
 * source did not bring stands in its report. Rejects only on the caller's abort, and with a `TypeError` without `redact`.
 */
export async function collectSignals(options: CollectSignalsOptions): Promise<Collection> {
  requireRedactor(options.redact);
  const { signal, deadlineMs = DEFAULT_DEADLINE_MS } = options;
  signal?.throwIfAborted();
  const run = createCollectionRun({ ...options, deadlineMs });
  try {
    return await untilAborted(signal, () => signal?.reason, collect(options, run));
  } finally {
    run.close();
  }
}

export function requireRedactor(redact: unknown): void {
  const isRedactor = typeof redact === 'object' && redact !== null && 'redact' in redact;
  if (redact !== 'none' && !isRedactor)
    throw new TypeError("`redact` must be a Redactor, or 'none' written out");
}

async function collect(options: CollectSignalsOptions, run: CollectionRun): Promise<Collection> {
  const { connectors, plan } = options;
  const earlier = readEarlier(options.earlier);
  // What was learned once stays for the incident: names do not change between two looks.
  const services = [...plan.services, ...earlier.aliases.map(toIdentity)];
  const learnFrom = (answers: readonly Answer[]) => learnFromAnswers(answers, earlier, services, plan);
  const known = readConnectors(connectors, services);
  const start = (assignments: readonly Assignment[]) =>
    startQueries(
      assignments.filter((assignment) => !earlier.isSettled(assignment)),
      run,
    );
  const first = start(assignQueries(plan.queries, known));
  const firstTasks = first.map(toWaveTask);
  await secondWaveDue(firstTasks, run);
  const soFar = answersOf(first);
  const learned = learnFrom(soFar);
  const reports = [...earlier.reports, ...soFar.map(({ report }) => report)];
  const collected = renameServices(collectedSoFar(first, earlier), learned.aliases);
  const planned = planSecondWave(plan, collected, reports);
  const second = start(assignQueries(planned, withLearnedNames(known, learned, reports)));
  await otherNamesDue(firstTasks, run);
  const asked = [...first, ...second];
  const again = start(
    askByOtherNames({
      queries: [...plan.queries, ...planned],
      connectors: known,
      learned: learnFrom(answersOf(asked)),
      reports: [...earlier.reports, ...answersOf(first).map(({ report }) => report)],
      asked: asked.map(({ assignment }) => assignment),
    }),
  );
  const answers = withoutVainNames(
    await Promise.all(asked.map(({ answer }) => answer)),
    await Promise.all(again.map(({ answer }) => answer)),
  );

  const listsOf = <K extends SignalKind>(kind: K) => [
    earlier.signals[kind] as readonly SignalByKind[K][],
    ...answers
      .filter(({ report }) => report.kind === kind)
      // A report's signals are of its kind.
      .map(({ signals }) => signals as readonly SignalByKind[K][]),
  ];
  const { aliases, renaming } = learnFrom(answers);
  const told = [...earlier.aliases, ...renaming].slice(0, MAX_TOLD_ALIASES);
  const signals = {
    logs: mergeSignals(listsOf('logs')),
    metrics: mergeSignals(listsOf('metrics')),
    traces: mergeSignals(listsOf('traces')),
    deploys: mergeSignals(listsOf('deploys')),
    incidents: mergeSignals(listsOf('incidents')),
  };
  return {
    window: plan.window,
    baseline: plan.baseline,
    baselineName: plan.baselineName,
    signals: renameServices(signals, aliases),
    sources: [
      ...earlier.reports,
      ...answers.map(({ report }) => report),
      ...reportUnreadable(
        known.filter(({ id }) => earlier.reports.every(({ connectorId }) => connectorId !== id)),
        plan,
      ),
      ...reportMissing(known, plan),
    ],
    durationMs: (options.earlier?.durationMs ?? 0) + run.elapsedMs(),
    withheld: answers.reduce((sum, { withheld }) => sum + withheld, earlier.withheld),
    ...(told.length === 0 ? {} : { aliases: told }),
  };
}

interface Started {
  readonly assignment: Assignment;
  readonly answer: Promise<Answer>;
  /** Set when it has come. */
  answered?: Answer;
}

function startQueries(assignments: readonly Assignment[], run: CollectionRun): Started[] {
  return assignments.map((assignment) => {
    const started: Started = { assignment, answer: answerAssignment(assignment, run) };
    void started.answer.then((answer) => {
      started.answered = answer;
    });
    return started;
  });
}

function answersOf(started: readonly Started[]): readonly Answer[] {
  return started.flatMap(({ answered }) => answered ?? []);
}

/** In the order of the plan, whatever came first. */
function collectedSoFar(started: readonly Started[], earlier: EarlierAnswers): CollectedSoFar {
  return Object.fromEntries(
    signalKinds.map((kind) => {
      const late = started.flatMap(({ answered }) =>
        answered?.report.kind === kind ? answered.signals : [],
      );
      return [kind, earlier.signals[kind].length === 0 ? late : mergeSignals([earlier.signals[kind], late])];
    }),
  );
}

/** The plan is pure but may come from elsewhere: its second wave going wrong is no reason to lose the first. */
function planSecondWave(
  plan: Plan,
  collected: CollectedSoFar,
  reports: readonly SourceReport[],
): readonly PlannedQuery[] {
  try {
    return plan.secondWave(collected, reports);
  } catch {
    return [];
  }
}

function toWaveTask({ assignment, answer }: Started): WaveTask {
  const { planned, connectorId } = assignment;
  return {
    connectorId,
    isTrace: planned.kind === 'traces',
    isWindow: planned.purpose === 'window',
    done: answer.then(({ signals }) => signals.length),
  };
}
