import type { RemediatorCall } from '@midwatch/core/incident';
import { untilAborted } from './until-aborted.js';

/** Waits no longer than the deadline, whatever the other side does with its signal. */
export function callWithin<Answer>(
  signal: AbortSignal,
  deadlineMs: number,
  ask: (call: RemediatorCall) => Promise<Answer>,
): Promise<Answer> {
  signal.throwIfAborted();
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(deadlineMs)]);
  return untilAborted(ask({ signal: deadline, deadlineAtMs: Date.now() + deadlineMs }), deadline);
}
