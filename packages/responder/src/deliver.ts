import {
  type Brief,
  type Delivery,
  type Incident,
  type MessageReference,
  type Notification,
  type Notifier,
  NotifierError,
} from '@midwatch/core/incident';
import type { DeliveryPayload } from './brief-effects.js';
import { collectKey } from './incident-state.js';
import { silenceOf } from './people.js';
import type { ResponderContext, WorkEvent } from './responder-options.js';
import { backoffMs } from './retry-delay.js';
import { untilAborted } from './until-aborted.js';

/** One attempt, with room to look for a message that an attempt in doubt has left. */
const ATTEMPT_MS = 12_000;
/** For a notifier to say itself that it was too late. */
const GRACE_MS = 1_000;
/** Longer than an attempt: an attempt is never made twice at a time. */
export const DELIVERY_LEASE_MS = 20_000;
/** Then it is for people to see to: the dead-letter list. */
const GIVE_UP_AFTER_MS = 15 * 60_000;
/** So often at least: it may have waited longer than that for its first attempt, as while Midwatch itself was down. */
const MIN_ATTEMPTS = 8;
/** Of those, when its time is over. */
const MAX_LATE_PAUSE_MS = 60_000;
/** More than are made in that time unless the process dies at each: a poisoned delivery must not take it down for ever. */
const MAX_ATTEMPTS = 50;

/** What a delivery leaves: the message that the next one edits, and what it told. */
interface DeliveryResult {
  readonly reference: MessageReference;
  readonly gist: string;
  /** Of the brief that the channel shows. */
  readonly briefAtMs?: number;
  /** A message that cannot be edited tells this much already, or what it shows is newer. */
  readonly isSkipped?: true;
}

type Outcome = Pick<WorkEvent, 'outcome' | 'error'>;

/** Makes one attempt to deliver a claimed brief. Rejects only when the store does. */
export async function deliver(
  context: ResponderContext,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<Outcome> {
  const { notifiers, now, store } = context;
  const notifier = notifiers.find(({ id }) => id === delivery.channel);
  if (notifier === undefined) return giveUp(context, delivery, 'no notifier has this id any more');
  const isOver = () => now() - delivery.queuedAtMs >= GIVE_UP_AFTER_MS;
  if (delivery.attempts > MAX_ATTEMPTS && isOver())
    return giveUp(context, delivery, 'it crashed again and again');
  const last = (await store.outbox.lastResult(delivery.incidentId, delivery.channel)) as
    | DeliveryResult
    | undefined;
  const incident = await store.getIncident(delivery.incidentId);
  const isHeldBack = isSilent(incident, delivery, now());
  try {
    const openedAtMs = incident?.openedAtMs;
    const result = await attempt(notifier, delivery, { last, isHeldBack, openedAtMs }, signal);
    if (result === 'held-back') {
      // What stood before stands: the next delivery edits it, if there is one.
      const isOurs = await store.outbox.complete(delivery, { nowMs: now(), ...(last && { result: last }) });
      return { outcome: isOurs ? 'done' : 'lease-lost' };
    }
    const { reference, isSkipped } = result;
    const audit = {
      actor: 'midwatch',
      action: 'brief-delivered',
      detail: { channel: delivery.channel, delivery: delivery.key, message: reference.messageId },
    };
    const effects = isSkipped === true ? {} : { audit: [audit] };
    const isOurs = await store.outbox.complete(delivery, { nowMs: now(), result, effects });
    return { outcome: isOurs ? 'done' : 'lease-lost' };
  } catch (error) {
    const known = NotifierError.is(error) ? error : undefined;
    // A notifier rejects with nothing else; what is not its own may hold an address or a token.
    const message = known?.message ?? `[${notifier.id}] did not answer, or failed without a name for it`;
    const isFinal = known !== undefined && !known.retryable && known.code !== 'aborted';
    const nowMs = now();
    const pauseMs = backoffMs(delivery.attempts);
    const askedPauseMs = Math.max(known?.retryAfterMs ?? 0, pauseMs);
    const isTried = delivery.attempts >= MIN_ATTEMPTS || askedPauseMs > MAX_LATE_PAUSE_MS;
    if (!signal.aborted && (isFinal || (isOver() && isTried))) return giveUp(context, delivery, message);
    // Whoever says to come again much later is asked once more before it is given up.
    const lastMs = delivery.queuedAtMs + GIVE_UP_AFTER_MS;
    const dueAtMs = Math.min(nowMs + askedPauseMs, Math.max(nowMs + pauseMs, lastMs));
    const isOurs = await store.outbox.retry(delivery, { dueAtMs, error: message });
    return { outcome: isOurs ? 'retried' : 'lease-lost', error: message };
  }
}

/** No new message goes out about what burns silently; that it is over does. */
function isSilent(incident: Incident | undefined, { payload }: Delivery, nowMs: number): boolean {
  if ((payload as DeliveryPayload).brief.status === 'resolved') return false;
  return incident !== undefined && silenceOf(incident, nowMs) !== undefined;
}

/** What an attempt needs to know beside its delivery. */
interface Standing {
  readonly last: DeliveryResult | undefined;
  readonly isHeldBack: boolean;
  readonly openedAtMs: number | undefined;
}

async function attempt(
  notifier: Notifier,
  { attempts, incidentId, key, payload }: Delivery,
  { isHeldBack, last, openedAtMs }: Standing,
  signal: AbortSignal,
): Promise<DeliveryResult | 'held-back'> {
  const { alerts, brief, nowMs } = payload as DeliveryPayload;
  const gist = toGist(brief);
  const isFirst = key.startsWith(`${collectKey(1)} `);
  if (last !== undefined && (last.briefAtMs ?? nowMs) > nowMs) return { ...last, isSkipped: true };
  if (last?.reference.editable === false && last.gist === gist)
    return { reference: last.reference, gist, briefAtMs: nowMs, isSkipped: true };
  if (isHeldBack && last?.reference.editable !== true) return 'held-back';
  const cut = AbortSignal.any([signal, AbortSignal.timeout(ATTEMPT_MS + GRACE_MS)]);
  const call = { signal: cut, deadlineAtMs: Date.now() + ATTEMPT_MS };
  const notify = (what: Notification) => untilAborted(notifier.notify(what, call), cut);
  const notification: Notification = {
    ...{ incidentId, deliveryId: `${incidentId} ${key}`, brief, nowMs },
    ...(alerts === undefined ? {} : { alerts }),
    ...(openedAtMs === undefined ? {} : { openedAtMs }),
    // An attempt before this one ended in doubt, or with the process; or a brief before it did, and was given up.
    ...(attempts > 1 || (last === undefined && !isFirst) ? { mayHaveArrived: true } : {}),
  };
  const previous = last?.reference;
  if (previous === undefined) return { ...(await notify(notification)), gist, briefAtMs: nowMs };
  try {
    return { ...(await notify({ ...notification, previous })), gist, briefAtMs: nowMs };
  } catch (error) {
    if (!NotifierError.is(error) || error.code !== 'not-editable') throw error;
    if (isHeldBack) return 'held-back';
    return { ...(await notify(notification)), gist, briefAtMs: nowMs };
  }
}

/** What is worth another message where none can be edited. */
function toGist({ status, verdict, confidence, suspects, footer, remedy }: Brief): string {
  const gist = [status, verdict, confidence, suspects[0]?.service, footer.pending !== undefined];
  if (remedy === undefined) return JSON.stringify(gist);
  // What runs was offered, or is told of for the first time; some seconds later it is done.
  const state = remedy.state === 'running' ? 'offered' : remedy.state;
  return JSON.stringify([...gist, remedy.planId, state]);
}

async function giveUp(
  { store, now }: ResponderContext,
  delivery: Delivery,
  reason: string,
): Promise<Outcome> {
  const { channel, key } = delivery;
  const audit = { actor: 'midwatch', action: 'delivery-failed', detail: { channel, delivery: key, reason } };
  const isOurs = await store.outbox.fail(delivery, {
    nowMs: now(),
    error: reason,
    effects: { audit: [audit] },
  });
  return { outcome: isOurs ? 'failed' : 'lease-lost', error: reason };
}
