import type { DeploySignal } from '@midwatch/core';
import type {
  Advice,
  ChangeFinding,
  ClusterEventFinding,
  Finding,
  Incident,
  MetricShiftFinding,
  RemedyCase,
  Suspect,
} from '@midwatch/core/incident';
import { deploySignal, nowMs } from './deploy-signals.js';

const base = { statement: 'x', strength: 1, signalIds: ['s'], signalCount: 1, queryIds: ['q1'], service: 'api' };

export function changeFinding(id: string, more: Partial<DeploySignal> = {}): ChangeFinding {
  const deploy = deploySignal({
    id: `deploy-${id}`,
    connectorId: 'kubernetes',
    namespace: 'shop',
    previousRevision: '2',
    previousVersion: 'v2',
    rollback: {
      system: 'kubernetes',
      object: 'deployment/api',
      namespace: 'shop',
      toRevision: '2',
      toVersion: 'v2',
    },
    ...more,
  });
  return {
    ...base,
    id,
    kind: 'change',
    service: deploy.service,
    deploy,
    changes: deploy.changes,
    beforeOnsetMs: 300_000,
    relation: 'same-service',
    metrics: [],
  };
}

export function eventFinding(id: string, object: string, more: Partial<ClusterEventFinding> = {}) {
  const event = { title: 'crash loop', reason: 'CrashLoopBackOff', object, namespace: 'shop', count: 1 };
  return {
    ...base,
    id,
    kind: 'cluster-event',
    connectorId: 'kubernetes',
    ...event,
    ...more,
  } satisfies ClusterEventFinding;
}

/** A metric of `api` that left its level for good. */
export const shiftFinding: MetricShiftFinding = {
  ...base,
  ...{ id: 'M1', kind: 'metric-shift', metric: 'latency', unit: 's', attributes: {}, direction: 'up' },
  ...{ before: 0.2, after: 8, peak: 9, last: 8, lasting: true, points: [] },
};

export function adviceOf(action: Advice['action'], evidence: readonly string[] = ['D1']): Advice {
  const change = action === 'rollback' ? { change: evidence[0] ?? 'D1' } : {};
  return { action, service: 'api', reason: 'it undoes the cut', evidence: [...evidence], ...change };
}

export function incidentOf(id: string, more: Partial<Incident> = {}): Incident {
  const times = { openedAtMs: nowMs, lastAlertAtMs: nowMs, updatedAtMs: nowMs };
  return { id, groupKey: id, title: id, service: 'api', status: 'firing', alertCount: 1, ...times, ...more };
}

/** As the evidence leads to it. */
function suspect(service: string, changeId: string | undefined): Suspect {
  const lead = { service, score: 1, findingIds: [], victims: [], reason: 'x' };
  return changeId === undefined ? lead : { ...lead, changeId };
}

/** A cause found at HIGH for `api`. */
export function remedyCase(
  advice: readonly Advice[] = [adviceOf('rollback')],
  findings: readonly Finding[] = [changeFinding('D1'), shiftFinding],
): RemedyCase {
  const window = { startMs: nowMs - 1_800_000, endMs: nowMs };
  return {
    incident: incidentOf('inc-1'),
    nowMs,
    evidence: {
      window,
      baseline: { startMs: nowMs - 3_600_000, endMs: window.startMs },
      baselineName: 'the 30 min before',
      findings,
      suspects: advice.slice(0, 1).map(({ change, service }) => suspect(service, change)),
      callGraph: [],
      ceiling: { confidence: 'HIGH', reasons: [] },
      read: { logs: 1, metrics: 1, traces: 1, deploys: 1, incidents: 0 },
    },
    analysis: {
      verdict: 'cause-found',
      confidence: 'HIGH',
      confidenceReason: 'x',
      summary: 'x',
      hypotheses: [],
      timeline: [],
      advice: [...advice],
      analyzer: { name: 'test' },
      admission: { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
    },
  };
}
