import type { ConnectorV1, MetricPoint } from '@midwatch/core';
import type { Analyzer, Brief, Confidence, MetricShiftFinding, Reduce, Store } from '@midwatch/core/incident';
import type { ActAnswer, ActRequest, PersonAction } from '@midwatch/responder';
import { metricSignal } from '@midwatch/testkit';
import { createActingRemediator } from './acting-remediator.js';
import { alertOf, analysisOf, createChannel, openRoom, START_MS } from './incident-room.js';

const MINUTE_MS = 60_000;
export const USUAL = 0.19;

/** A latency that the evidence rests on, each minute, as it is at that time. */
function latencySource(now: () => number, valueAt: (atMs: number) => number): ConnectorV1 {
  return {
    specVersion: 'v1',
    id: 'prometheus',
    checkHealth: async () => ({ state: 'healthy' }),
    sources: {
      metrics: {
        limits: { maxItems: 100 },
        async doQuery({ target, window }) {
          const points: MetricPoint[] = [];
          const endMs = Math.min(window.endMs, now() + 1);
          for (let atMs = window.startMs; atMs < endMs; atMs += MINUTE_MS / 2) points.push([atMs, valueAt(atMs)]);
          const queryId = 'prometheus-q';
          const given = { service: target.service ?? '', role: 'latency.p99', unit: 's', queryId } as const;
          const signal = metricSignal('latency', points, { ...given, connectorId: 'prometheus' });
          const provenance = [{ queryId, language: 'promql', text: 'latency', window }];
          return { signals: points.length === 0 ? [] : [signal], gaps: [], provenance };
        },
      },
    },
  };
}

/** One shift, if there is one: this is about the life of actions, not about evidence. */
const reduce: Reduce = ({ window, baseline, baselineName, signals }) => {
  const [series] = signals.metrics;
  const peak = Math.max(USUAL, ...(series?.points ?? []).map(([, value]) => value));
  const shift: MetricShiftFinding = {
    ...{ id: 'M1', kind: 'metric-shift', service: 'checkout', statement: 'p99 rose', strength: 1 },
    ...{ signalIds: [], signalCount: 1, queryIds: ['prometheus-q'], metric: 'latency', role: 'latency.p99' },
    ...{ unit: 's', attributes: {}, direction: 'up', before: USUAL, after: peak, peak, last: peak, lasting: true },
    ...{ onsetMs: START_MS - 120_000, points: series?.points.slice(-60) ?? [] },
  };
  const suspects = [{ service: 'checkout', score: 1, findingIds: ['M1'], victims: [], reason: 'p99 rose' }];
  const read = { logs: 0, metrics: 1, traces: 0, deploys: 0, incidents: 0 };
  return {
    ...{ window, baseline, baselineName, read, suspects, findings: [shift], callGraph: [] },
    ceiling: { confidence: 'HIGH', reasons: [] },
  };
};

const analyzerAt = (confidence: Confidence): Analyzer => ({
  name: 'evidence',
  analyze: async () => ({
    ...analysisOf('checkout v2 is slow', { verdict: 'cause-found', confidence }),
    hypotheses: [{ statement: 'checkout is slow', service: 'checkout', evidence: ['M1'], disprovedBy: '' }],
    // A rollback would need a change beside it.
    advice: [{ action: 'restart', service: 'checkout', reason: 'it is stuck', evidence: ['M1'] }],
  }),
});

export interface ActionRoomOptions {
  readonly script?: Parameters<typeof createActingRemediator>[2];
  readonly room?: Parameters<typeof openRoom>[1];
  /** Of the deploy system's service; the room opens at `START_MS`. */
  readonly latencyAt?: (atMs: number) => number;
  /** @default HIGH */
  readonly confidence?: Confidence;
  readonly clock?: { nowMs: number };
  /** What the responder sees of the store. */
  readonly seen?: Store;
}

/** A room whose evidence advises a restart at HIGH, with a remediator that carries it out. */
export function openActionRoom(store: Store, options: ActionRoomOptions = {}) {
  const clock = options.clock ?? { nowMs: START_MS };
  const now = () => clock.nowMs;
  const acting = createActingRemediator(options.seen ?? store, now, options.script);
  const channel = createChannel();
  const room = openRoom(options.seen ?? store, {
    evidenceAnalyzer: analyzerAt(options.confidence ?? 'HIGH'),
    ...{ reduce, now, remediator: acting.remediator, notifiers: [channel.notifier] },
    connectors: [latencySource(now, options.latencyAt ?? (() => 8))],
    rules: { secondLooksAfterMs: [] },
    ...options.room,
  });
  let incidentId = '';
  return {
    ...{ ...acting, ...channel, clock, room },
    async open() {
      ({ incidentId } = await room.responder.receive(alertOf()));
      await room.workAll();
      return incidentId;
    },
    async resolve() {
      await room.responder.receive(alertOf({ status: 'resolved', endsAtMs: clock.nowMs }));
      await room.workAll();
    },
    async wait(minutes: number) {
      clock.nowMs += minutes * MINUTE_MS;
      await room.workAll();
    },
    async act(action: PersonAction, by = 'ann', more: Partial<ActRequest> = {}): Promise<ActAnswer> {
      const answer = await room.responder.act({ incidentId, action, by, via: 'page', role: 'approver', ...more });
      await room.workAll();
      return answer;
    },
    async brief(): Promise<Brief> {
      const brief = (await store.getIncident(incidentId))?.brief;
      if (brief === undefined) throw new Error('there is no brief');
      return brief;
    },
    async remedy() {
      const { remedy } = await this.brief();
      return remedy && { state: remedy.state, text: remedy.text, choices: remedy.choices, planId: remedy.planId };
    },
  };
}
