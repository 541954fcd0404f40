import type { Alert } from '@midwatch/core/incident';
import { act } from './act.js';
import { createAllowance } from './allowance.js';
import { DEFAULT_BUDGETS } from './budgets.js';
import { DELIVERY_LEASE_MS, deliver } from './deliver.js';
import type { ActAnswer, ActRequest } from './person-action.js';
import { createIntake, type ReceivedAlert } from './receive-alerts.js';
import type { ResponderContext, ResponderOptions, WorkEvent } from './responder-options.js';
import { toRules } from './rules.js';
import { runStep, STEP_LEASE_MS } from './run-step.js';

const DEFAULT_ANALYZE_DEADLINE_MS = 25_000;

/** Which work: of all incidents, or of one, for an engine that runs one workflow for each. */
export interface WorkRequest {
  readonly incidentId?: string;
  /** Ends the work; what is not done then is handed out again. */
  readonly signal?: AbortSignal;
  /** Of steps: leaves out what two processes may have died with. @default takes them */
  readonly leavesSuspects?: boolean;
}

/** The life of incidents over a store. It starts nothing by itself: a runner, or a workflow engine, asks it for work. */
export interface Responder {
  /**
   * Redacts and keeps the alert with the first step of its incident. Once it resolves, the alert may be acknowledged: nothing
   * is lost from then on. The same alert again changes nothing. Of a heartbeat only the time is kept.
   */
  receive(alert: Alert): Promise<ReceivedAlert>;
  /**
   * The same for those of one message, in their order, and with what others bring at the same time: the store is asked for a
   * hundred at once. What cannot be kept fails by itself; with an `IntakeFullError` what came when 2,000 others waited already.
   */
  receiveAll(alerts: readonly Alert[]): Promise<readonly PromiseSettledResult<ReceivedAlert>[]>;
  /** Runs the step that is due longest. False when none is due. Rejects only when the store does. */
  runStep(request?: WorkRequest): Promise<boolean>;
  /** The same for a shadow's step, which `runStep` leaves out: it may take as long as a model, and nobody waits for it. */
  runShadow(request?: WorkRequest): Promise<boolean>;
  /** Makes one attempt at the delivery that is due longest. False when none is due. Rejects only when the store does. */
  deliver(request?: WorkRequest): Promise<boolean>;
  /**
   * Does what a person wants of an incident, in one transaction with its entry in the timeline; the message follows as a step of
   * its own. Rejects with a `TypeError` when the request is none.
   */
  act(request: ActRequest): Promise<ActAnswer>;
}

/**
 * The life of incidents over a store, with every part given: it knows the seams and no vendor.
 *
 * @throws TypeError when two notifiers have one id, a rule is none, or a shadow has no analyzer to be beside.
 */
export function createResponder(options: ResponderOptions): Responder {
  const { store, onWork, notifiers } = options;
  const twice = notifiers.find(({ id }, index) => notifiers.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined)
    throw new TypeError(`two notifiers have the id ${twice.id}; give one another \`id\``);
  const { now = Date.now, readCalibrations } = options;
  if (options.shadowAnalyzer !== undefined && options.analyzer === undefined)
    throw new TypeError('`shadowAnalyzer` needs an `analyzer` that it is compared with');
  const context: ResponderContext = {
    ...options,
    now,
    analyzeDeadlineMs: options.analyzeDeadlineMs ?? DEFAULT_ANALYZE_DEADLINE_MS,
    budgets: options.budgets ?? DEFAULT_BUDGETS,
    rules: toRules(options.rules),
    ...(readCalibrations && { allowance: createAllowance({ ledger: store.ledger, now, readCalibrations }) }),
  };

  function tell(event: WorkEvent): void {
    try {
      onWork?.(event);
    } catch {
      // A broken log must not cost an incident its brief.
    }
  }

  const receiveAll = createIntake(context);

  async function workOn(
    { incidentId, leavesSuspects, signal = new AbortController().signal }: WorkRequest = {},
    isAside: boolean,
  ): Promise<boolean> {
    const step = await store.steps.claim({
      nowMs: context.now(),
      leaseMs: STEP_LEASE_MS,
      isAside,
      ...(leavesSuspects === undefined ? {} : { leavesSuspects }),
      ...(incidentId === undefined ? {} : { incidentId }),
    });
    if (step === undefined) return false;
    const startedAtMs = performance.now();
    const ended = await runStep(context, step, signal);
    const { key, kind, attempts: attempt } = step;
    const durationMs = performance.now() - startedAtMs;
    tell({ type: 'step', incidentId: step.incidentId, key, kind, attempt, durationMs, ...ended });
    return true;
  }

  return {
    async receive(alert) {
      const [received] = await receiveAll([alert]);
      if (received?.status !== 'fulfilled') throw received?.reason;
      return received.value;
    },
    receiveAll,
    act: (request) => act(context, request),
    runStep: (request) => workOn(request, false),
    runShadow: (request) => workOn(request, true),
    async deliver({ incidentId, signal = new AbortController().signal } = {}) {
      const delivery = await store.outbox.claim({
        nowMs: context.now(),
        leaseMs: DELIVERY_LEASE_MS,
        ...(incidentId === undefined ? {} : { incidentId }),
      });
      if (delivery === undefined) return false;
      const startedAtMs = performance.now();
      const ended = await deliver(context, delivery, signal);
      const { key, channel: kind, attempts: attempt } = delivery;
      const durationMs = performance.now() - startedAtMs;
      tell({ type: 'delivery', incidentId: delivery.incidentId, key, kind, attempt, durationMs, ...ended });
      return true;
    },
  };
}
