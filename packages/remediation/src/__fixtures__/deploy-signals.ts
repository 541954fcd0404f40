import type { DeploySignal, IncidentSignal } from '@midwatch/core';
import { type Target, targetsOf } from '../target.js';

const NOW_MS = Date.UTC(2026, 10, 23, 3, 41);
export const nowMs = NOW_MS;

const base = { timestampMs: NOW_MS, timeUnixNano: `${NOW_MS}000000`, connectorId: 'seen', queryId: 'q1' };

export function deploySignal(more: Partial<DeploySignal> = {}): DeploySignal {
  return {
    kind: 'deploys',
    id: 'd1',
    ...base,
    service: 'api',
    revision: '3',
    changes: [{ path: 'config/app.yaml: pool.max', before: '100', after: '10' }],
    phase: 'succeeded',
    ...more,
  };
}

export function incidentSignal(object: string, namespace = 'shop'): IncidentSignal {
  return {
    kind: 'incidents',
    id: 'i1',
    ...base,
    title: 'crash loop',
    reason: 'CrashLoopBackOff',
    state: 'firing',
    object,
    namespace,
  };
}

export function deploymentTarget(): Target<'deployment'> {
  const rollback = { system: 'kubernetes', object: 'deployment/api', namespace: 'shop', toRevision: '2' } as const;
  return targetsOf([deploySignal({ rollback })])[0] as Target<'deployment'>;
}

export function podTarget(): Target<'pod'> {
  return targetsOf([incidentSignal('pod/api-3-x')])[0] as Target<'pod'>;
}

export function applicationTarget(): Target<'application'> {
  const rollback = { system: 'argocd', object: 'api', namespace: 'argocd', toRevision: '42' } as const;
  return targetsOf([deploySignal({ rollback })])[0] as Target<'application'>;
}

/** A call that has five seconds, at the incident's time. */
export function applyCall(deadlineMs = 5_000) {
  return {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + deadlineMs,
    fetch: (() => Promise.reject(new TypeError('no fetch was given'))) as never,
    nowMs: NOW_MS,
  };
}

export const approvalOf = (plan: { readonly id: string }) =>
  ({ hash: plan.id, state: 'used', expiresAtMs: NOW_MS + 600_000 }) as const;
