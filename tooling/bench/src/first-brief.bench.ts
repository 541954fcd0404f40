// From an alert to its first brief, and to the model's: 100 incidents of 20 seeds through the responder, SQLite on disk and
// the simulator as sources, with a model that takes 1.5 s. The simulator computes on the same thread, which is counted.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAlertmanager } from '@midwatch/alerts';
import { toBrief } from '@midwatch/brief';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { Analyzer, Notifier } from '@midwatch/core/incident';
import { admit, createEvidenceAnalyzer, reduce } from '@midwatch/evidence';
import { format } from '@midwatch/formatter';
import { createRedactor } from '@midwatch/redaction';
import { createResponder, runWork } from '@midwatch/responder';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { printResult } from './bench-result.ts';

const RUNS = 100;
const SEEDS = 20;
const MODEL_MS = 1_500;

const evidenceAnalyzer = createEvidenceAnalyzer();
const model: Analyzer = {
  name: 'scripted',
  async analyze(input, call) {
    await new Promise((resolve) => setTimeout(resolve, MODEL_MS));
    return evidenceAnalyzer.analyze(input, call);
  },
};

const firstMs: number[] = [];
const lastMs: number[] = [];
const folder = mkdtempSync(join(tmpdir(), 'midwatch-bench-'));
for (let run = 0; run < RUNS; run++) {
  const [first, last] = await measure(1 + (run % SEEDS), join(folder, `${run}.db`));
  firstMs.push(first);
  lastMs.push(last);
}
rmSync(folder, { recursive: true });
for (const [name, values] of [
  ['first-brief', firstMs],
  ['model-brief', lastMs],
] as const) {
  for (const share of [0.5, 0.95]) {
    printResult({
      name: `${name}.p${share * 100}`,
      value: quantile(values, share),
      unit: `ms, ${RUNS} runs`,
    });
  }
}

async function measure(seed: number, path: string): Promise<[number, number]> {
  const scenario = createScenario({ name: 'pool-exhaustion', seed, nowMs: Date.now() });
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  const fetch = createSimulatorFetch(scenario);
  const store = await openSqliteStore({ path });
  const arrivedAtMs: number[] = [];
  let isTold = () => {};
  const told = new Promise<void>((resolve) => {
    isTold = resolve;
  });
  const notifier: Notifier = {
    id: 'bench',
    async notify({ brief, deliveryId }) {
      arrivedAtMs.push(performance.now());
      if (brief.footer.pending === undefined) isTold();
      const reference = { notifierId: 'bench', channel: 'bench', messageId: deliveryId, editable: true };
      return { reference };
    },
  };
  const responder = createResponder({
    parts: { reduce, format, evidenceAnalyzer, admit, toBrief },
    redact: createRedactor(),
    store,
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
    notifiers: [notifier],
    analyzer: model,
  });
  const runner = runWork(responder);
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  const startedAtMs = performance.now();
  await responder.receive(alert);
  runner.wake();
  await told;
  await runner.stop();
  await store.close();
  const [first = Number.NaN] = arrivedAtMs;
  return [first - startedAtMs, (arrivedAtMs.at(-1) ?? Number.NaN) - startedAtMs];
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return Math.round(sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN);
}
