import type {
  Advice,
  Evidence,
  Proposed,
  RemediatorCall,
  RemedyCase,
  SettledCount,
} from '@midwatch/core/incident';
import type { Executor } from './executor.js';
import type { DecidedApproval, GateInput, HighRecord, UndoneAction } from './gates/gate-input.js';
import type { PurposefulPlan } from './proposal.js';
import { readOtherIncidents } from './read-other-incidents.js';
import { readWithin } from './read-within.js';
import { type RemediationSettings, settingsOf } from './remediation-settings.js';
import type { RemediationStore } from './remediation-store.js';
import { toExecutorCall } from './to-executor-call.js';
import { whyAPerson } from './why-a-person.js';

/** All that gates are asked with. */
export interface GateSources {
  readonly settings: RemediationSettings;
  readonly store: RemediationStore;
  readonly whyStopped: () => Promise<string | undefined>;
  readonly now: () => number;
}

const READ_MS = 3_000;
export const DAY_MS = 86_400_000;
/** Analyses are kept for 400 days. */
const RECORD_MS = 400 * DAY_MS;

/** Reads everything that the gates look at, each within three seconds; what cannot be read is left out. */
export async function readGateInput(
  { settings, store, whyStopped, now }: GateSources,
  {
    plan,
    executor,
    ...asked
  }: { readonly plan: PurposefulPlan; readonly executor: Executor } & RemedyCase & Pick<Proposed, 'review'>,
  call: RemediatorCall,
): Promise<GateInput> {
  const { service, incidentId, undoes } = plan.purpose;
  const atMs = now();
  const timeoutMs = Math.min(READ_MS, call.deadlineAtMs - Date.now());
  const read = <T>(source: () => Promise<T>) => readWithin(source, timeoutMs);
  const [stopped, record, actionsInLastDay, otherIncidents, approvals, undone, stateNow] = await Promise.all([
    readStopped(whyStopped, timeoutMs),
    read(async () =>
      toHighRecord(await store.ledger.settledRecord({ fromMs: atMs - RECORD_MS, toMs: atMs }), atMs),
    ),
    read(() => store.actions.countBegun({ service, sinceMs: atMs - DAY_MS })),
    read(() => readOtherIncidents(store, plan, atMs)),
    read(() => readApprovals(store, plan)),
    undoes === undefined ? undefined : read(() => readUndone(store, { planId: undoes, incidentId })),
    read(() => executor.readState(plan, toExecutorCall({ ...call, deadlineAtMs: Date.now() + timeoutMs }))),
  ]);
  call.signal.throwIfAborted();
  const { analysis, review, evidence } = asked;
  return {
    plan,
    service,
    nowMs: now(),
    settings: settingsOf(settings.services, service),
    analysis: { ...analysis, advice: adviceFor(plan, analysis.advice, evidence) },
    record,
    secondModel: review,
    actionsInLastDay,
    freezeWindows: settings.freezeWindows ?? [],
    otherIncidents,
    approvals,
    whyAPerson: whyAPerson(plan, evidence),
    undone,
    stateNow,
    stopped,
  };
}

/** A switch that fails or is late is left out, which is a stop. */
export async function readStopped(
  whyStopped: GateSources['whyStopped'],
  timeoutMs = READ_MS,
): Promise<GateInput['stopped']> {
  const answer = await readWithin(async () => ({ why: await whyStopped() }), timeoutMs);
  if (answer === undefined) return undefined;
  return answer.why === undefined ? 'no' : { reason: answer.why };
}

/** By people, at HIGH as it was shown. */
function toHighRecord(rows: readonly SettledCount[], atMs: number): HighRecord {
  const counted = rows.filter(
    ({ shownLevel, via, judgement }) => shownLevel === 'HIGH' && via === 'people' && judgement !== 'unknown',
  );
  const sinceMs = counted.reduce((first, { firstAtMs }) => Math.min(first, firstAtMs), atMs);
  const sum = (some: readonly SettledCount[]) => some.reduce((total, { count }) => total + count, 0);
  return {
    right: sum(counted.filter(({ judgement }) => judgement === 'right')),
    settled: sum(counted),
    sinceMs,
    untilMs: counted.reduce((last, { lastAtMs }) => Math.max(last, lastAtMs), sinceMs),
  };
}

/** A rollback must still be advised for the very deploy that it goes back behind: ids of findings change from look to look. */
function adviceFor(
  { action, purpose }: PurposefulPlan,
  advice: readonly Advice[],
  { findings }: Evidence,
): Advice[] {
  if (action.kind !== 'rollback') return [...advice];
  return advice.filter(({ change }) => {
    const finding = findings.find(({ id }) => id === change);
    return finding?.kind === 'change' && finding.deploy.id === purpose.deployId;
  });
}

async function readApprovals(
  { approvals }: Pick<RemediationStore, 'approvals'>,
  { id, purpose }: PurposefulPlan,
): Promise<readonly DecidedApproval[]> {
  const rows = await Promise.all([approvals.get(`${id} 1`), approvals.get(`${id} 2`)]);
  return rows
    .filter((row) => row !== undefined)
    .filter(({ incidentId }) => incidentId === purpose.incidentId)
    .map(({ decidedRole: role, ...row }) => ({ ...row, ...(role === undefined ? {} : { role }) }));
}

/** Undefined when the store does not know it. */
export async function readUndone(
  { actions }: Pick<RemediationStore, 'actions'>,
  { planId, incidentId }: { readonly planId: string; readonly incidentId: string },
): Promise<UndoneAction | undefined> {
  const [action, others] = await Promise.all([actions.get(planId), actions.listOf(incidentId)]);
  if (action?.incidentId !== incidentId) return undefined;
  const isUndone = others.some(({ undoes, state }) => undoes === planId && state !== 'refused');
  return { ...action, isUndone };
}
