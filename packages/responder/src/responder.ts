import { nameAlert, redactAlert } from '@midwatch/core';
import type { Alert, AlertOutcome, Effects, NewStep, RecordedAlert, Store } from '@midwatch/core/incident';
import { act } from './act.js';
import { DEFAULT_BUDGETS } from './budgets.js';
import { DELIVERY_LEASE_MS, deliver } from './deliver.js';
import { findHeartbeats, noteHeartbeats } from './heartbeat.js';
import { toIncidentKey } from './incident-key.js';
import { sizeOf } from './kept-look.js';
import { findMaintenance } from './maintenance.js';
import { lookAgain, newLook } from './new-look.js';
import type { ActAnswer, ActRequest } from './person-action.js';
import type { ResponderContext, ResponderOptions, WorkEvent } from './responder-options.js';
import { toRules } from './rules.js';
import { runStep, STEP_LEASE_MS } from './run-step.js';
import { toStormRecord } from './storm.js';

const MAX_ALERT_BYTES = 64 * 1024;
const DEFAULT_ANALYZE_DEADLINE_MS = 25_000;

/** Which work: of all incidents, or of one, for an engine that runs one workflow for each. */
export interface WorkRequest {
  readonly incidentId?: string;
  /** Ends the work; what is not done then is handed out again. */
  readonly signal?: AbortSignal;
}

/** What became of an alert. A heartbeat has no incident: `heartbeat` stands for its id. */
export interface ReceivedAlert {
  readonly incidentId: string;
  readonly outcome: AlertOutcome | 'heartbeat';
}

/** The life of incidents over a store. It starts nothing by itself: a runner, or a workflow engine, asks it for work. */
export interface Responder {
  /**
   * Redacts and keeps the alert with the first step of its incident. Once it resolves, the alert may be acknowledged: nothing
   * is lost from then on. The same alert again changes nothing. Of a heartbeat only the time is kept.
   */
  receive(alert: Alert): Promise<ReceivedAlert>;
  /** Runs the step that is due longest. False when none is due. Rejects only when the store does. */
  runStep(request?: WorkRequest): Promise<boolean>;
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
 * @throws TypeError when two notifiers have one id, or a rule is none.
 */
export function createResponder(options: ResponderOptions): Responder {
  const { store, onWork, notifiers } = options;
  const twice = notifiers.find(({ id }, index) => notifiers.findIndex((other) => other.id === id) !== index);
  if (twice !== undefined)
    throw new TypeError(`two notifiers have the id ${twice.id}; give one another \`id\``);
  const context: ResponderContext = {
    ...options,
    now: options.now ?? Date.now,
    analyzeDeadlineMs: options.analyzeDeadlineMs ?? DEFAULT_ANALYZE_DEADLINE_MS,
    budgets: options.budgets ?? DEFAULT_BUDGETS,
    rules: toRules(options.rules),
  };

  function tell(event: WorkEvent): void {
    try {
      onWork?.(event);
    } catch {
      // A broken log must not cost an incident its brief.
    }
  }

  return {
    receive: (alert) => receive(context, alert),
    act: (request) => act(context, request),
    async runStep({ incidentId, signal = new AbortController().signal } = {}) {
      const step = await store.steps.claim({
        nowMs: context.now(),
        leaseMs: STEP_LEASE_MS,
        ...(incidentId === undefined ? {} : { incidentId }),
      });
      if (step === undefined) return false;
      const startedAtMs = performance.now();
      const ended = await runStep(context, step, signal);
      const { key, kind, attempts: attempt } = step;
      const durationMs = performance.now() - startedAtMs;
      tell({ type: 'step', incidentId: step.incidentId, key, kind, attempt, durationMs, ...ended });
      return true;
    },
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

async function receive(context: ResponderContext, given: Alert): Promise<ReceivedAlert> {
  const { plan, redact, store } = context;
  const heartbeats = findHeartbeats(context.rules, given);
  if (heartbeats.length > 0) {
    await noteHeartbeats(store, heartbeats, given, context.now());
    return { incidentId: 'heartbeat', outcome: 'heartbeat' };
  }
  const named = nameAlert(redactAlert(given, redact), plan?.services);
  const alert = await withKnownStart(store, shorten(named));
  const recorded = await record(context, alert);
  if (alert.status !== 'resolved' || recorded.outcome !== 'repeated') return recorded;
  // A source that reopens keeps the first start: what is over now is what fires since then.
  const { endsAtMs: atMs = context.now(), fingerprint } = alert;
  const last = await store.findAlertStart({ fingerprint, atMs });
  if (last?.status !== 'firing' || last.startsAtMs <= alert.startsAtMs) return recorded;
  return record(context, { ...alert, startsAtMs: last.startsAtMs });
}

async function record({ now, rules, store }: ResponderContext, alert: Alert): Promise<RecordedAlert> {
  const { alertKey, groupKey, incidentId } = await toIncidentKey(alert);
  const nowMs = now();
  const isQuiet = findMaintenance(rules, alert.target, nowMs) !== undefined;
  const updateStatus: NewStep = {
    key: `status-${alertKey}-${alert.status}`,
    kind: 'update-status',
    dueAtMs: nowMs,
  };
  // One that was over before it was heard of is kept, and nobody is called for it.
  const firstSteps = alert.status === 'resolved' ? [] : newLook({ rules }, 1, nowMs);
  const tell = (action: string, steps: readonly NewStep[]): Effects => ({
    steps,
    audit: [{ actor: alert.source, action, detail: { name: alert.name, fingerprint: alert.fingerprint } }],
  });
  const { storm } = rules;
  return store.recordAlert({
    alert,
    incidentId,
    groupKey,
    joinSinceMs: nowMs - rules.joinWindowMs,
    reopenSinceMs: nowMs - rules.reopenWindowMs,
    openedSinceMs: nowMs - rules.maxAgeMs,
    ...(storm === 'none' || isQuiet ? {} : { storm: toStormRecord(alert, storm, nowMs) }),
    nowMs,
    effects: {
      opened: tell(
        'alert-received',
        isQuiet && alert.status === 'firing' ? [lookAgain('maintenance', nowMs)] : firstSteps,
      ),
      joined: tell('alert-joined', [updateStatus]),
      resolved: tell('alert-resolved', [updateStatus]),
    },
  });
}

/** A source that does not tell when the alert began goes on with the one that is firing, or ends it. */
async function withKnownStart(store: Store, alert: Alert): Promise<Alert> {
  if (alert.isStartUnknown !== true) return alert;
  const { fingerprint, startsAtMs: atMs, status } = alert;
  const known = await store.findAlertStart({ fingerprint, atMs });
  const isSame = known?.status === 'firing' || (known !== undefined && status === 'resolved');
  return isSame ? { ...alert, startsAtMs: known.startsAtMs } : alert;
}

/** Hundreds of long labels would not fit beside each other; what they say of the target is read already. */
function shorten(alert: Alert): Alert {
  return sizeOf(alert) <= MAX_ALERT_BYTES ? alert : { ...alert, labels: {}, annotations: {} };
}
