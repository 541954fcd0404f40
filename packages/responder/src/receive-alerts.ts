import { nameAlert, redactAlert } from '@midwatch/core';
import type { Alert, AlertOutcome, AlertRecord, Effects, NewStep, Store } from '@midwatch/core/incident';
import { findHeartbeats, noteHeartbeats } from './heartbeat.js';
import { toIncidentKey } from './incident-key.js';
import { findMaintenance } from './maintenance.js';
import { lookAgain, newLook } from './new-look.js';
import { asOfOutside } from './own-incident.js';
import { MAX_RECORDED_TOGETHER, type RecordAlert, recordTogether } from './record-together.js';
import type { ResponderContext } from './responder-options.js';
import { toStormRecord } from './storm.js';

const MAX_ALERT_BYTES = 64 * 1024;
/** A status that does not turn is brought up to date at most so often. */
const STATUS_EVERY_MS = 30_000;

/** What became of an alert. A heartbeat has no incident: `heartbeat` stands for its id. */
export interface ReceivedAlert {
  readonly incidentId: string;
  readonly outcome: AlertOutcome | 'heartbeat';
}

type Settled = PromiseSettledResult<ReceivedAlert>;

/** How alerts are redacted and kept: those of one call in their order, with what others bring at the same time. */
export function createIntake(
  context: ResponderContext,
): (alerts: readonly Alert[]) => Promise<readonly Settled[]> {
  const record = recordTogether(context.store);
  return async (alerts) => {
    const received: Settled[] = [];
    for (const part of toParts(alerts)) {
      const last = received.at(-1);
      // Where nothing is kept any more, what comes after need not try.
      const isDown = last?.status === 'rejected' && received.every(({ status }) => status === 'rejected');
      const settled = isDown ? part.map(() => last) : await receivePart(context, record, part);
      received.push(...settled);
    }
    return received;
  };
}

/** Alerts that may be kept together: none has to see what became of another one of the same fingerprint. */
function toParts(alerts: readonly Alert[]): readonly (readonly Alert[])[] {
  const parts: Alert[][] = [];
  let part: Alert[] = [];
  let fingerprints = new Set<string>();
  for (const alert of alerts) {
    if (part.length === 0 || part.length === MAX_RECORDED_TOGETHER || fingerprints.has(alert.fingerprint)) {
      part = [];
      fingerprints = new Set();
      parts.push(part);
    }
    part.push(alert);
    fingerprints.add(alert.fingerprint);
  }
  return parts;
}

async function receivePart(
  context: ResponderContext,
  record: RecordAlert,
  alerts: readonly Alert[],
): Promise<readonly Settled[]> {
  const prepared = await Promise.allSettled(alerts.map((alert) => prepare(context, alert)));
  // All of them are asked for before the first is answered, so that they stay beside each other.
  const recorded = await Promise.allSettled(
    prepared.map(async (each): Promise<ReceivedAlert> => {
      if (each.status === 'rejected') throw each.reason;
      return each.value === 'heartbeat' ? aHeartbeat : record(each.value);
    }),
  );
  return Promise.allSettled(
    recorded.map(async (each, index) => {
      const asked = prepared[index];
      if (each.status === 'rejected') throw each.reason;
      if (asked?.status !== 'fulfilled' || asked.value === 'heartbeat') return each.value;
      return endWhatFires(context, record, asked.value.alert, each.value);
    }),
  );
}

const aHeartbeat: ReceivedAlert = { incidentId: 'heartbeat', outcome: 'heartbeat' };

async function prepare(context: ResponderContext, given: Alert): Promise<AlertRecord | 'heartbeat'> {
  const { now, plan, redact, rules, store } = context;
  const heartbeats = findHeartbeats(rules, given);
  if (heartbeats.length > 0) {
    await noteHeartbeats(store, heartbeats, given, now());
    return 'heartbeat';
  }
  const named = asOfOutside(nameAlert(redactAlert(given, redact), plan?.services));
  return toRecord(context, await withKnownStart(store, shorten(named)));
}

/** A source that reopens keeps the first start: what is over now is what fires since then. */
async function endWhatFires(
  context: ResponderContext,
  record: RecordAlert,
  alert: Alert,
  recorded: ReceivedAlert,
): Promise<ReceivedAlert> {
  if (alert.status !== 'resolved' || recorded.outcome !== 'repeated') return recorded;
  const { endsAtMs: atMs = context.now(), fingerprint } = alert;
  const last = await context.store.findAlertStart({ fingerprint, atMs });
  if (last?.status !== 'firing' || last.startsAtMs <= alert.startsAtMs) return recorded;
  return record(toRecord(context, { ...alert, startsAtMs: last.startsAtMs }));
}

function toRecord({ now, rules }: ResponderContext, alert: Alert): AlertRecord {
  const { alertKey, groupKey, incidentId } = toIncidentKey(alert);
  const nowMs = now();
  const isQuiet = findMaintenance(rules, alert.target, nowMs) !== undefined;
  const updateStatus = (key: string, dueAtMs: number): NewStep => ({
    key: `status-${key}`,
    kind: 'update-status',
    dueAtMs,
  });
  // Of all that changes little, one step for an incident: it may have hundreds of alerts a second.
  const bucket = Math.floor(nowMs / STATUS_EVERY_MS) + 1;
  const later = updateStatus(String(bucket), bucket * STATUS_EVERY_MS);
  // One that was over before it was heard of is kept, and nobody is called for it.
  const firstSteps = alert.status === 'resolved' ? [] : newLook({ rules }, 1, nowMs);
  const tell = (action: string, steps: readonly NewStep[]): Effects => ({
    steps,
    audit: [{ actor: alert.source, action, detail: { name: alert.name, fingerprint: alert.fingerprint } }],
  });
  const { storm } = rules;
  return {
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
      joined: tell('alert-joined', [later]),
      resolved: tell('alert-resolved', [later]),
      turned: { steps: [updateStatus(`${alertKey}-${alert.status}`, nowMs)] },
    },
  };
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
  const text = JSON.stringify(alert);
  // A UTF-16 unit takes one to three bytes: most alerts need no encoding to be judged.
  const fits = text.length * 3 <= MAX_ALERT_BYTES || new TextEncoder().encode(text).length <= MAX_ALERT_BYTES;
  return fits ? alert : { ...alert, labels: {}, annotations: {} };
}
