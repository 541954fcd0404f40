import type { CollectEvent } from '@midwatch/core';
import type { Analyzer, Budgets, NotifierError, Reviewer, Store } from '@midwatch/core/incident';
import type { ReceivedAlert, WorkEvent } from '@midwatch/responder';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ActionEvent } from '../actions/index.js';
import type { AnsweredRequest, MetricsSource } from '../http/index.js';
import { createAccuracyGauges } from './accuracy-gauges.js';
import { createActionMeasures } from './action-measures.js';
import { observeModels } from './observe-analyzers.js';
import { createStoreGauges } from './store-gauges.js';

export interface MetricsOptions {
  readonly store: Store;
  readonly budgets: Budgets;
  readonly version: string;
}

/** Counts what is told to it. No label holds a text from outside: each is one of a few of the configuration or of the code. */
export interface Metrics extends MetricsSource {
  received(source: string, outcome: ReceivedAlert['outcome']): void;
  unreadable(source: string, count: number): void;
  answered(request: AnsweredRequest): void;
  worked(event: WorkEvent): void;
  collected(event: CollectEvent): void;
  acted(event: ActionEvent): void;
  pictureDropped(error: NotifierError): void;
  /** The same analyzer, counted. */
  observe(analyzer: Analyzer): Analyzer;
  observeReviewer(reviewer: Reviewer): Reviewer;
}

const stepBuckets = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60];
const sourceBuckets = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20];
const requestBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 10];

/** In a registry of its own: two servers in one process do not count for each other. */
export function createMetrics({ budgets, store, version }: MetricsOptions): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'midwatch_build_info',
    help: 'Always 1; the label tells the version',
    labelNames: ['version'],
    registers,
  }).set({ version }, 1);
  const alerts = new Counter({
    name: 'midwatch_alerts_received_total',
    help: 'Alerts by source and what became of them; unreadable: refused or left out of a body',
    labelNames: ['source', 'outcome'],
    registers,
  });
  const requests = new Histogram({
    name: 'midwatch_http_request_duration_seconds',
    help: 'HTTP requests by route and status',
    labelNames: ['method', 'route', 'status'],
    buckets: requestBuckets,
    registers,
  });
  const steps = new Histogram({
    name: 'midwatch_step_duration_seconds',
    help: 'Attempts at steps of the work on incidents, by kind and outcome',
    labelNames: ['kind', 'outcome'],
    buckets: stepBuckets,
    registers,
  });
  const deliveries = new Histogram({
    name: 'midwatch_delivery_duration_seconds',
    help: 'Attempts at telling a brief, by channel and outcome',
    labelNames: ['channel', 'outcome'],
    buckets: stepBuckets,
    registers,
  });
  const pictures = new Counter({
    name: 'midwatch_pictures_dropped_total',
    help: 'Pictures that do not stand below their brief, by channel and why',
    labelNames: ['channel', 'reason'],
    registers,
  });
  const sources = new Histogram({
    name: 'midwatch_source_query_duration_seconds',
    help: 'Questions to sources by connector, kind of signal and what became of them',
    labelNames: ['connector', 'kind', 'state'],
    buckets: sourceBuckets,
    registers,
  });
  const { acted, showLog } = createActionMeasures(registers);
  const readStore = createStoreGauges({ budgets, registers, showLog, store });
  const readAccuracy = createAccuracyGauges({ ledger: store.ledger, registers });

  return {
    contentType: registry.contentType,
    async read() {
      await Promise.all([readStore(), readAccuracy()]);
      return registry.metrics();
    },
    received: (source, outcome) => alerts.inc({ source, outcome }),
    unreadable: (source, count) => alerts.inc({ source, outcome: 'unreadable' }, count),
    answered({ durationMs, method, route, status }) {
      // Of what is no route, the method is anybody's choice.
      requests.observe({ method: route === 'none' ? 'any' : method, route, status }, durationMs / 1000);
    },
    worked({ durationMs, kind, outcome, type }) {
      if (type === 'step') steps.observe({ kind, outcome }, durationMs / 1000);
      else deliveries.observe({ channel: kind, outcome }, durationMs / 1000);
    },
    collected(event) {
      if (event.type !== 'source-ended') return;
      const { connectorId: connector, durationMs, kind, state } = event;
      sources.observe({ connector, kind, state }, durationMs / 1000);
    },
    pictureDropped: ({ code, notifierId }) => pictures.inc({ channel: notifierId, reason: code }),
    acted,
    ...observeModels(registers),
  };
}
