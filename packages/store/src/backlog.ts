import type { Backlog, WorkState } from '@midwatch/core/incident';

/** Items of one queue in one state. */
export interface StateRow {
  readonly state: WorkState;
  /** Some drivers give a count as text. */
  readonly amount: number | string;
  /** The earliest of them. */
  readonly ready_at_ms: number | null;
}

export function toBacklog(rows: readonly StateRow[], nowMs: number): Backlog {
  const amountOf = (wanted: WorkState) =>
    rows.reduce((sum, { amount, state }) => (state === wanted ? sum + Number(amount) : sum), 0);
  const readyMs = rows.reduce((first, { ready_at_ms: ms }) => Math.min(first, ms ?? Infinity), Infinity);
  return {
    waiting: amountOf('waiting'),
    running: amountOf('running'),
    failed: amountOf('failed'),
    // A lease that still holds ends in the future.
    ...(readyMs <= nowMs ? { dueSinceMs: readyMs } : {}),
  };
}
