import type { Step, Store } from '@midwatch/core/incident';

/** Nobody tries an action again: what was begun is looked up, and a new look offers what stands. */
const ACTION_KINDS: readonly string[] = ['propose', 'carry-out', 'check-action'];

/** What is put in again, and who says so. */
export interface RequeueRequest {
  readonly incidentId: string;
  /** Of a delivery or a step. */
  readonly key: string;
  readonly by: string;
  readonly nowMs: number;
}

/** Whether a dead step may be put in again: those of actions may not. */
export function isRequeueable({ kind }: Pick<Step, 'kind'>): boolean {
  return !ACTION_KINDS.includes(kind);
}

/**
 * Puts a dead delivery in again under its id, or a step that was given up. `no-such-work` when nothing has this key, `not-dead` when
 * it was put in already, `action` when nobody may.
 */
export async function requeueDead(
  store: Pick<Store, 'apply' | 'outbox' | 'steps'>,
  { by, incidentId, key, nowMs }: RequeueRequest,
): Promise<'requeued' | 'not-dead' | 'no-such-work' | 'action'> {
  const isDelivery = (await store.outbox.get(incidentId, key)) !== undefined;
  const step = isDelivery ? undefined : await store.steps.get(incidentId, key);
  if (!isDelivery && step === undefined) return 'no-such-work';
  if (step !== undefined && !isRequeueable(step)) return 'action';
  const queue = isDelivery ? store.outbox : store.steps;
  if (!(await queue.requeue(incidentId, key, nowMs))) return 'not-dead';
  const audit = isDelivery
    ? { actor: by, action: 'delivery-requeued', detail: { delivery: key } }
    : { actor: by, action: 'step-requeued', detail: { step: key } };
  await store.apply({ incidentId, nowMs, effects: { audit: [audit] } });
  return 'requeued';
}
