import {
  type MessageReference,
  type Notification,
  NotifierError,
  type NotifyCall,
} from '@midwatch/core/incident';
import type { SlackApi, SlackPlace, SlackPosition, SlackRole } from './slack-api.js';
import type { SlackThread } from './slack-message.js';

/** Messages whose reply has failed; a retry comes within minutes. */
const MAX_REMEMBERED = 100;

export interface DeliverOptions {
  /** The notifier's. */
  readonly id: string;
  readonly channel: string;
}

export type Deliver = (
  thread: SlackThread,
  notification: Notification,
  call: NotifyCall,
) => Promise<MessageReference>;

/**
 * The message, then its details below it. Each stands once: what is referred to is edited, what an attempt in doubt may have left
 * is looked for by its metadata, and a message whose details failed is remembered, so that the retry does not post it again even
 * where the token may not read.
 */
export function createDeliver(api: SlackApi, { id, channel }: DeliverOptions): Deliver {
  const withoutDetails = new Map<string, SlackPosition>();

  /** Of an attempt in doubt. */
  async function find(
    place: SlackPlace,
    { incidentId }: Notification,
    role: SlackRole,
    call: NotifyCall,
  ): Promise<SlackPosition | undefined> {
    try {
      return await api.find(place, { incidentId, role }, call);
    } catch (error) {
      // A token that may post but not read cannot look: then a second message is better than none.
      if (NotifierError.is(error) && error.code === 'config') return undefined;
      throw error;
    }
  }

  async function putMessage(
    { message }: SlackThread,
    notification: Notification,
    call: NotifyCall,
  ): Promise<{ readonly position: SlackPosition; readonly isNew: boolean }> {
    const { incidentId, mayHaveArrived, openedAtMs, previous } = notification;
    // A reference of another notifier, as after a change of the configuration, means a new message here.
    const referred =
      previous?.editable === true && previous.notifierId === id
        ? { channel: previous.channel, ts: previous.messageId }
        : undefined;
    const known =
      referred ??
      (mayHaveArrived === true
        ? (withoutDetails.get(incidentId) ??
          (await find({ channel, sinceMs: openedAtMs }, notification, 'message', call)))
        : undefined);
    const identity = { incidentId, role: 'message' } as const;
    const position =
      known === undefined
        ? await api.post({ channel }, message, identity, call)
        : await api.update(known, message, identity, call);
    return { position, isNew: known === undefined };
  }

  async function putDetails(
    details: NonNullable<SlackThread['details']>,
    below: { readonly position: SlackPosition; readonly isNew: boolean },
    notification: Notification,
    call: NotifyCall,
  ): Promise<string> {
    const { incidentId, previous } = notification;
    const place = { channel: below.position.channel, threadTs: below.position.ts };
    const identity = { incidentId, role: 'details' } as const;
    const detailsId = previous?.messageId === below.position.ts ? previous.detailsId : undefined;
    const known =
      detailsId !== undefined
        ? { channel: place.channel, ts: detailsId }
        : // Below a message that is not new there may be some, unless nobody has tried yet.
          below.isNew
          ? undefined
          : await find(place, notification, 'details', call);
    if (known !== undefined) {
      try {
        return (await api.update(known, details, identity, call)).ts;
      } catch (error) {
        // Somebody has deleted the reply; the message stands.
        if (!NotifierError.is(error) || error.code !== 'not-editable') throw error;
      }
    }
    return (await api.post(place, details, identity, call)).ts;
  }

  return async (thread, notification, call) => {
    const { incidentId, previous } = notification;
    const below = await putMessage(thread, notification, call);
    const { channel: at, ts } = below.position;
    const reference = { notifierId: id, channel: at, messageId: ts, editable: true };
    if (thread.details === undefined) {
      const { detailsId } = previous ?? {};
      return detailsId === undefined ? reference : { ...reference, detailsId };
    }
    try {
      const detailsId = await putDetails(thread.details, below, notification, call);
      withoutDetails.delete(incidentId);
      return { ...reference, detailsId };
    } catch (error) {
      withoutDetails.set(incidentId, below.position);
      const [oldest] = withoutDetails.keys();
      if (withoutDetails.size > MAX_REMEMBERED && oldest !== undefined) withoutDetails.delete(oldest);
      throw error;
    }
  };
}
