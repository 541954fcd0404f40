import type { ActionLog, GateAnswer } from '@midwatch/core/incident';

const MAX_PLANS = 1_000;
const MAX_ENTRIES = 20;
const AGAIN_MS = 10 * 60_000;

interface Logged {
  readonly reason: string;
  readonly atMs: number;
  readonly count: number;
}

interface Refusal {
  readonly incidentId: string;
  readonly planId: string;
  readonly detail: string;
  readonly gates: readonly GateAnswer[];
  readonly nowMs: number;
}

/**
 * Writes refusals of carrying out to the action log: when the reason is another than before, or ten minutes have passed, and at most 20
 * times a plan. Asking again and again must not fill a log that is never pruned.
 */
export function createRefusalLog(log: Pick<ActionLog, 'append'>) {
  const last = new Map<string, Logged>();
  return async ({ incidentId, planId, detail, gates, nowMs }: Refusal): Promise<void> => {
    const before = last.get(planId);
    const isNews = before?.reason !== detail || nowMs >= before.atMs + AGAIN_MS;
    const count = before?.count ?? 0;
    if (!isNews || count >= MAX_ENTRIES) return;
    last.delete(planId);
    last.set(planId, { reason: detail, atMs: nowMs, count: count + 1 });
    const [oldest] = last.keys();
    if (last.size > MAX_PLANS && oldest !== undefined) last.delete(oldest);
    const missing = gates.filter(({ passed }) => !passed);
    const entry = { incidentId, planId, actor: 'midwatch', action: 'gated', detail: { detail, missing } };
    await log.append([entry], nowMs);
  };
}
