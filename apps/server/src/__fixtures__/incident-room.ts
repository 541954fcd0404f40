import { toBrief } from '@midwatch/brief';
import type { ConnectorV1, LogSignal } from '@midwatch/core';
import {
  type Alert,
  type Analysis,
  type Analyzer,
  type BriefInput,
  type Notification,
  type Notifier,
  NotifierError,
  type NotifierErrorCode,
  type Reduce,
  type Store,
} from '@midwatch/core/incident';
import { admit } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, type Responder, type ResponderOptions, type WorkEvent } from '@midwatch/responder';
import { logSignal } from '@midwatch/testkit';

export const START_MS = Date.UTC(2026, 10, 1, 3, 30);

export function alertOf(more: Partial<Alert> = {}): Alert {
  return {
    source: 'alertmanager',
    fingerprint: 'f1',
    status: 'firing',
    name: 'ErrorsHigh',
    startsAtMs: START_MS - 120_000,
    target: { service: 'checkout', namespace: 'shop' },
    labels: { team: 'payments' },
    annotations: { summary: 'password=hunter2hunter2' },
    summary: 'password=hunter2hunter2',
    ...more,
  };
}

export function analysisOf(summary: string, more: Partial<Analysis> = {}): Analysis {
  const none = { hypotheses: [], timeline: [], advice: [] };
  return { verdict: 'insufficient-evidence', confidence: 'LOW', confidenceReason: 'r', summary, ...none, ...more };
}

/** Blames whoever logs the most: this is about the life of incidents, not about evidence. */
const reduce: Reduce = ({ window, baseline, baselineName, signals }) => {
  const counts = new Map<string, number>();
  for (const { service = '?' } of signals.logs) counts.set(service, (counts.get(service) ?? 0) + 1);
  const suspects = [...counts]
    .sort((one, other) => other[1] - one[1])
    .map(([service, score]) => ({ service, score, findingIds: [], victims: [], reason: `${score} lines` }));
  const read = { logs: signals.logs.length, metrics: 0, traces: 0, deploys: 0, incidents: 0 };
  return {
    ...{ window, baseline, baselineName, suspects, read, findings: [], callGraph: [] },
    ceiling: { confidence: 'HIGH', reasons: [] },
  };
};

const evidenceAnalyzer: Analyzer = {
  name: 'evidence',
  analyze: async ({ evidence }) =>
    analysisOf(`the evidence blames ${evidence.suspects[0]?.service ?? 'nobody'}`),
};

/** A source of log lines of one service, or none, as `answer` says at each question. */
export function logSource(id: string, answer: () => Promise<readonly LogSignal[]>): ConnectorV1 {
  return {
    specVersion: 'v1',
    id,
    checkHealth: async () => ({ state: 'healthy' }),
    sources: {
      logs: {
        limits: { maxItems: 100 },
        async doQuery({ window }) {
          const queryId = `${id}-q`;
          const signals = (await answer())
            .filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs)
            .map((signal) => ({ ...signal, connectorId: id, queryId }));
          return { signals, gaps: [], provenance: [{ queryId, language: 'test', text: 'lines', window }] };
        },
      },
    },
  };
}

export function linesOf(service: string, count: number): readonly LogSignal[] {
  return Array.from({ length: count }, (_, index) =>
    logSignal(`${service} line ${index}`, START_MS - 60_000 + index, { service, id: `${service}-${index}` }),
  );
}

/** A channel that keeps what arrived, and fails as it is told. */
export function createChannel(id = 'chat', isEditable = true) {
  const sent: Notification[] = [];
  const failures: (NotifierErrorCode | 'hangs')[] = [];
  const notifier: Notifier = {
    id,
    async notify(notification) {
      sent.push(notification);
      const failure = failures.shift();
      if (failure === 'hangs') return new Promise(() => undefined);
      if (failure !== undefined) throw new NotifierError({ code: failure, notifierId: id, message: 'scripted' });
      const messageId = notification.previous?.messageId ?? `m${sent.length}`;
      return { reference: { notifierId: id, channel: 'c', messageId, editable: isEditable } };
    },
  };
  return { notifier, sent, failures };
}

export interface IncidentRoom {
  readonly responder: Responder;
  readonly store: Store;
  readonly events: readonly WorkEvent[];
  /** Lets time pass for the responder. */
  wait(ms: number): void;
  /** Does all that is due now. */
  workAll(): Promise<void>;
}

type RoomOptions = Partial<Omit<ResponderOptions, 'store'>> & {
  readonly reduce?: Reduce;
  readonly evidenceAnalyzer?: Analyzer;
  /** Told of each brief that is made. */
  readonly onBrief?: (input: BriefInput) => void;
};

/** A responder over a store, with a clock of its own. */
export function openRoom(store: Store, options: RoomOptions = {}): IncidentRoom {
  let nowMs = START_MS;
  const events: WorkEvent[] = [];
  const responder = createResponder({
    parts: {
      ...{ reduce: options.reduce ?? reduce, format, admit },
      evidenceAnalyzer: options.evidenceAnalyzer ?? evidenceAnalyzer,
      toBrief(input) {
        options.onBrief?.(input);
        return toBrief(input);
      },
    },
    redact: createRedactor(),
    connectors: [logSource('lines', async () => linesOf('checkout', 3))],
    notifiers: [],
    now: () => nowMs,
    onWork: (event) => events.push(event),
    ...options,
    store,
  });
  return {
    responder,
    store,
    events,
    wait: (ms) => {
      nowMs += ms;
    },
    async workAll() {
      for (let round = 0; round < 50; round++) {
        const hasStepped = await responder.runStep();
        const hasDelivered = await responder.deliver();
        if (!hasStepped && !hasDelivered) return;
      }
      throw new Error('the work does not end');
    },
  };
}
