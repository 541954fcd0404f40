import type { Alert, Store } from '@midwatch/core/incident';
import type { LifeCycleRules } from './rules.js';
import { type HeartbeatRule, nameHeartbeat } from './watch-rules.js';

const PREFIX = 'heartbeat/';

/** The rules that an alert is the heartbeat of. It opens no incident then. */
export function findHeartbeats(
  { heartbeats }: Pick<LifeCycleRules, 'heartbeats'>,
  { labels, name, target }: Pick<Alert, 'labels' | 'name' | 'target'>,
): readonly HeartbeatRule[] {
  return heartbeats.filter(
    (rule) =>
      rule.alert === name &&
      (rule.environment ?? target.environment) === target.environment &&
      Object.entries(rule.labels ?? {}).every(
        ([label, value]) => Object.hasOwn(labels, label) && labels[label] === value,
      ),
  );
}

/** Heard now. One that was resolved is a heart that stopped: it is not heard. */
export async function noteHeartbeats(
  { controls }: Pick<Store, 'controls'>,
  rules: readonly HeartbeatRule[],
  alert: Pick<Alert, 'status'>,
  nowMs: number,
): Promise<void> {
  if (alert.status === 'resolved') return;
  for (const rule of rules)
    await controls.set(`${PREFIX}${nameHeartbeat(rule)}`, { heardAtMs: nowMs }, nowMs);
}

export function heartbeatControl(name: string): string {
  return `${PREFIX}${name}`;
}
