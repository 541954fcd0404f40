import type { ChangeFinding, Incident, RemedyCase, SettledCount } from '@midwatch/core/incident';
import type { FetchLike } from '@midwatch/core';

const DAY_MS = 86_400_000;
export const START_MS = Date.UTC(2026, 10, 23, 3, 41);

interface Merged {
  readonly metadata: { readonly uid: string; readonly resourceVersion: string; readonly annotations: object };
  readonly spec: { readonly replicas?: number };
}

/** A Kubernetes API with one Deployment `shop/api`, as far as a scale-up needs it. Every write that it takes is kept, by its plan. */
export function createActingCluster() {
  const deployment = {
    metadata: { name: 'api', uid: 'uid-api', resourceVersion: '1', generation: 1, annotations: {} as Record<string, string> },
    spec: { replicas: 2, selector: { matchLabels: { app: 'api' } }, template: { spec: {} } },
  };
  const writes: string[] = [];
  const touch = () => {
    deployment.metadata.resourceVersion = String(Number(deployment.metadata.resourceVersion) + 1);
    deployment.metadata.generation += 1;
  };
  const fetch: FetchLike = async (input, init) => {
    if (init?.method !== 'PATCH') {
      return Response.json(input.includes('/deployments/') ? deployment : { metadata: {}, items: [] });
    }
    const { metadata, spec } = (await new Request(input, init).json()) as Merged;
    if (metadata.resourceVersion !== deployment.metadata.resourceVersion) {
      return Response.json({ reason: 'Conflict' }, { status: 409 });
    }
    Object.assign(deployment.metadata.annotations, metadata.annotations);
    deployment.spec.replicas = spec.replicas ?? deployment.spec.replicas;
    touch();
    writes.push(deployment.metadata.annotations['midwatch/plan'] ?? '');
    return Response.json(deployment);
  };
  return { fetch, writes, drift: touch };
}

/** A cause found at HIGH that advises to scale a service up. */
export function scaleUpCase(incident: Incident, connectorId: string, service: string, nowMs: number): RemedyCase {
  const change: ChangeFinding = {
    id: 'D1',
    kind: 'change',
    service,
    statement: 'x',
    strength: 1,
    signalIds: ['d1'],
    signalCount: 1,
    queryIds: ['q1'],
    changes: [],
    relation: 'same-service',
    metrics: [],
    deploy: {
      kind: 'deploys',
      id: 'd1',
      timestampMs: START_MS,
      timeUnixNano: `${START_MS}000000`,
      connectorId,
      queryId: 'q1',
      service,
      namespace: 'shop',
      revision: '2',
      changes: [],
      phase: 'succeeded',
      rollback: { system: 'kubernetes', object: 'deployment/api', namespace: 'shop', toRevision: '1' },
    },
  };
  const window = { startMs: START_MS - DAY_MS, endMs: START_MS };
  return {
    incident,
    nowMs,
    evidence: {
      ...{ window, baseline: window, baselineName: 'x', findings: [change], callGraph: [] },
      suspects: [{ service, changeId: 'D1', score: 1, findingIds: ['D1'], victims: [], reason: 'x' }],
      ceiling: { confidence: 'HIGH', reasons: [] },
      read: { logs: 1, metrics: 1, traces: 1, deploys: 1, incidents: 0 },
    },
    analysis: {
      ...{ verdict: 'cause-found', confidence: 'HIGH', confidenceReason: 'x', summary: 'x' },
      ...{ hypotheses: [], timeline: [], analyzer: { name: 'test' } },
      advice: [{ action: 'scale-up', service, reason: 'x', evidence: ['D1'] }],
      admission: { droppedIds: 0, droppedClaims: 0, uncoveredNumbers: 0, notes: [] },
    },
  };
}

/** What allows an action at HIGH. */
export const provenRecord: readonly SettledCount[] = [
  {
    ...{ analyzer: { name: 'test' }, level: 'HIGH', shownLevel: 'HIGH', judgement: 'right', via: 'people' },
    ...{ count: 200, firstAtMs: START_MS - 200 * DAY_MS, lastAtMs: START_MS - DAY_MS },
  },
];
