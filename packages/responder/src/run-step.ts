import { ASIDE_STEP_KIND, type Effects, type IncidentDetails, type Step } from '@midwatch/core/incident';
import { giveUpAnalyze, runAnalyze } from './analyze-step.js';
import { bareBrief } from './bare-brief.js';
import { deliverBrief } from './brief-effects.js';
import { giveUpCarryOut, runCarryOut } from './carry-out-step.js';
import { runCheckAction } from './check-action-step.js';
import { runCollect } from './collect-step.js';
import { runGather } from './gather-step.js';
import { withLease } from './lease.js';
import { runLookAgain } from './look-again-step.js';
import { type CollectInput, type LookAgainInput, newLook } from './new-look.js';
import { runPropose } from './propose-step.js';
import type { ResponderContext, WorkEvent } from './responder-options.js';
import { backoffMs } from './retry-delay.js';
import { withSelfNotes } from './self-notes.js';
import { giveUpShadow, runShadow } from './shadow-step.js';
import { givenUpKey, type StepEnd } from './step-end.js';
import { runTell, tellActionStep } from './tell-step.js';
import { runFold, runUpdateStatus } from './update-status-step.js';

/** A crash is seen this long after it. */
const LEASE_MS = 10_000;
/** Of one step, crashes counted: then it is given up, so that a poisoned incident does not take the process down for ever. */
const MAX_ATTEMPTS = 4;

type Outcome = Pick<WorkEvent, 'outcome' | 'error'>;

/** Runs a claimed step to its end, whatever that is. Rejects only when the store does. */
export async function runStep(context: ResponderContext, step: Step, signal: AbortSignal): Promise<Outcome> {
  const { store, now } = context;
  const incident = await store.getIncident(step.incidentId);
  if (incident === undefined || step.attempts > MAX_ATTEMPTS)
    return giveUp(context, step, incident, 'it crashed again and again');
  try {
    const end = await withLease({ queue: store.steps, lease: step, leaseMs: LEASE_MS, now, signal }, (held) =>
      runKind(context, step, incident, held),
    );
    const isOurs = await store.steps.complete(step, { nowMs: now(), ...end });
    return { outcome: isOurs ? 'done' : 'lease-lost' };
  } catch (error) {
    // Stopped, or overtaken by another worker: the step is handed out again when its lease has run out.
    if (signal.aborted) {
      await store.steps.retry(step, { dueAtMs: now(), error: 'stopped' });
      return { outcome: 'retried', error: 'stopped' };
    }
    const message = error instanceof Error ? error.message : String(error);
    if (step.attempts >= MAX_ATTEMPTS) return giveUp(context, step, incident, message);
    const dueAtMs = now() + backoffMs(step.attempts);
    const isOurs = await store.steps.retry(step, { dueAtMs, error: message });
    return { outcome: isOurs ? 'retried' : 'lease-lost', error: message };
  }
}

/** Claims for this long. */
export const STEP_LEASE_MS = LEASE_MS;

function runKind(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  switch (step.kind) {
    case 'collect':
      return runCollect(context, step, incident, signal);
    case 'analyze':
      return runAnalyze(context, step, incident, signal);
    case 'update-status':
      return runUpdateStatus(context, step, incident);
    case 'look-again':
      return runLookAgain(context, step, incident);
    case 'gather':
      return runGather(context, incident);
    case 'fold':
      return runFold(context, step, incident);
    case 'tell':
      return runTell(context, step, incident);
    case 'propose':
      return runPropose(context, step, incident, signal);
    case 'carry-out':
      return runCarryOut(context, step, incident, signal);
    case 'check-action':
      return runCheckAction(context, step, incident, signal);
    case ASIDE_STEP_KIND:
      return runShadow(context, step, incident, signal);
    default:
      throw new Error(`no step is called ${step.kind}`);
  }
}

/** Never a silent end: the brief says what is missing. */
async function giveUp(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails | undefined,
  reason: string,
): Promise<Outcome> {
  const { store, now } = context;
  // A mistake in a part may hit what is said of it, too: the step ends all the same.
  const effects =
    incident === undefined ? {} : await lastWords(context, step, incident, reason).catch(() => ({}));
  const isOurs = await store.steps.fail(step, {
    nowMs: now(),
    error: reason,
    effects:
      step.kind === ASIDE_STEP_KIND
        ? effects
        : {
            ...effects,
            audit: [{ actor: 'midwatch', action: 'step-failed', detail: { step: step.key, reason } }],
          },
  });
  return { outcome: isOurs ? 'failed' : 'lease-lost', error: reason };
}

async function lastWords(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  reason: string,
): Promise<Effects> {
  if (step.kind === ASIDE_STEP_KIND) return (await giveUpShadow(context, step, reason)).effects ?? {};
  if (step.kind === 'analyze') return (await giveUpAnalyze(context, step, reason)).effects ?? {};
  if (step.kind === 'carry-out') return { steps: await giveUpCarryOut(context, step) };
  if (step.kind === 'propose' || step.kind === 'check-action')
    return { steps: [tellActionStep(`${step.key}-failed`, context.now())] };
  // Its members are then looked at by themselves.
  if (step.kind === 'gather') return { steps: newLook(context, 1, context.now()) };
  if (!isFirstWord(step, incident)) return {};
  // The reason stays in the audit log: it may be a part's own words.
  const why = 'Midwatch could not look into it: the collection failed.';
  const brief = await withSelfNotes(context.store, bareBrief(incident, why, context.now()));
  return deliverBrief(context, incident, brief, givenUpKey(step), context.now());
}

/** Whether nobody has heard of the incident yet: what is kept of maintenance went to nobody. */
function isFirstWord({ input, kind }: Step, { brief }: IncidentDetails): boolean {
  if (kind === 'look-again') return (input as LookAgainInput).because === 'maintenance';
  return kind === 'collect' && (brief === undefined || (input as CollectInput).number === 1);
}
