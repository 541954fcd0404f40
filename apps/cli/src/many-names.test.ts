import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { ConnectorV1 } from '@midwatch/core';
import type { Collection } from '@midwatch/core/incident';
import { createScenario, createSimulatorFetch } from '@midwatch/simulator';
import { describe, expect, it } from 'vitest';
import {
  callServices,
  createQuietCluster,
  type Naming,
  toApplication,
  toWorkload,
  toWorkloadNames,
} from './__fixtures__/many-names.js';
import { createCapture } from './__fixtures__/small-bundle.js';
import { investigate, LOCAL_DEADLINE_MS, redactor } from './investigation-parts.js';
import { printInvestigation } from './print-investigation.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const fetch = createSimulatorFetch(scenario);
const culprit = scenario.truth.service;
const asIs: Naming = (name) => name;

function at(vendor: string) {
  return { baseUrl: `http://simulator/${vendor}`, fetch };
}

/** The shop's four backends, each with names of its own: logs and deploys by the application, metrics by the workload. */
function createBackends(names: readonly string[]): readonly ConnectorV1[] {
  return [
    callServices(createLokiConnector(at('loki')), names, toApplication),
    callServices(createPrometheusConnector(at('prometheus')), names, toWorkload),
    callServices(
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      names,
      toApplication,
    ),
    callServices(createJaegerConnector(at('jaeger')), names, asIs),
  ];
}

async function look(connectors: readonly ConnectorV1[], service: string) {
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  return await investigate({
    alert: { ...alert, target: { ...alert.target, service } },
    nowMs: scenario.nowMs,
    redact: redactor,
    collectDeadlineMs: LOCAL_DEADLINE_MS,
    connectors,
  });
}

function namesIn({
  signals,
}: Collection): Record<'logs' | 'metrics' | 'traces' | 'deploys', readonly string[]> {
  const distinct = (names: readonly (string | undefined)[]) =>
    [...new Set(names.flatMap((name) => name ?? []))].sort();
  return {
    logs: distinct(signals.logs.map(({ service }) => service)),
    metrics: distinct(signals.metrics.map(({ service }) => service)),
    traces: distinct(signals.traces.flatMap(({ spans }) => spans.map(({ service }) => service))),
    deploys: distinct(signals.deploys.map(({ service }) => service)),
  };
}

const plain = await look(
  [
    createLokiConnector(at('loki')),
    createPrometheusConnector(at('prometheus')),
    createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
    createJaegerConnector(at('jaeger')),
  ],
  culprit,
);
const { signals } = plain.collection;
const names = [
  ...new Set([
    ...namesIn(plain.collection).traces,
    ...namesIn(plain.collection).logs,
    ...namesIn(plain.collection).deploys,
    ...signals.incidents.flatMap(({ service }) => service ?? []),
  ]),
];

describe.each([
  ['the traces', culprit],
  ['the metrics', toWorkload(culprit)],
  ['logs and deploys', toApplication(culprit)],
])('four backends with names of their own, an alert with that of %s', (_, alertName) => {
  it('come to one name, and to the same culprit, with as many signals', async () => {
    const cluster = createQuietCluster(names.map(toWorkloadNames));
    const { collection, evidence, brief } = await look([...createBackends(names), cluster], alertName);
    expect(brief.suspects[0]?.service).toBe(alertName);
    const forms = (name: string) => [name, toWorkload(name), toApplication(name)];
    const suspected = evidence.suspects.filter(({ service }) => forms(culprit).includes(service));
    expect(suspected.map(({ service }) => service)).toEqual([alertName]);
    const found = namesIn(collection);
    const nameOf = (name: string) => (name === culprit ? alertName : name);
    expect(found.traces).toEqual(namesIn(plain.collection).traces.map(nameOf).sort());
    const told = new Set(Object.values(found).flat());
    for (const name of names)
      expect(forms(name).filter((form) => told.has(form)).length, name).toBeLessThanOrEqual(1);
    expect(brief.change).toMatchObject({ service: alertName, version: scenario.truth.change?.to });
  });
});

describe('what was learned', () => {
  it('is told in one line and, with the reasons, as JSON', async () => {
    const investigation = await look(
      [...createBackends(names), createQuietCluster(names.map(toWorkloadNames))],
      culprit,
    );
    const text = createCapture('.');
    printInvestigation(investigation, { json: false, nowMs: scenario.nowMs }, text.terminal);
    expect(text.written.stdout.trimEnd().split('\n').at(-1)).toBe(
      `Names learned: ${culprit} is shop-${culprit} at loki, ${culprit} is ${culprit}-deploy at prometheus; 11 more; reasons with --json or doctor --service`,
    );
    const json = createCapture('.');
    printInvestigation(investigation, { json: true, nowMs: scenario.nowMs }, json.terminal);
    const { aliases } = JSON.parse(json.written.stdout);
    expect(aliases).toEqual(investigation.collection.aliases);
    expect(aliases).toContainEqual({
      connectorId: 'argocd',
      alias: toApplication(culprit),
      service: culprit,
      workload: `shop/${toWorkload(culprit)}`,
      reason: `both are shop/${toWorkload(culprit)}: shop-${culprit} by its label argocd.argoproj.io/instance, ${culprit} by its label app.kubernetes.io/name`,
    });
  });

  it('is nothing, and no line, where all backends have the same names', () => {
    expect(plain.collection.aliases).toBeUndefined();
    const { terminal, written } = createCapture('.');
    printInvestigation(plain, { json: false, nowMs: scenario.nowMs }, terminal);
    expect(written.stdout).not.toContain('Names learned');
  });

  it('is not needed: without a cluster, pods and what they are called by bring logs and traces together', async () => {
    const { collection, brief } = await look(createBackends(names), culprit);
    expect(brief.suspects[0]?.service).toBe(culprit);
    expect(collection.aliases).toContainEqual(
      expect.objectContaining({
        ...{ connectorId: 'loki', alias: toApplication('payments'), service: 'payments' },
        workload: `shop/${toWorkload('payments')}`,
      }),
    );
  });
});
