import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseAlertmanager } from '@midwatch/alerts';
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { AttributeValue, DeploySignal, LogSignal, TimeWindow, TraceSignal } from '@midwatch/core';
import type { Investigation } from '@midwatch/responder';
import { createScenario, createSimulatorFetch, type Scenario } from '@midwatch/simulator';
import { investigate, redactor } from '../investigation-parts.js';

/** A simulated incident through the vendors' own APIs, as in `scenarios.test.ts`. */
export async function playScenario(scenario: Scenario): Promise<Investigation> {
  const fetch = createSimulatorFetch(scenario);
  const at = (vendor: string) => ({ baseUrl: `http://simulator/${vendor}`, fetch });
  const [alert] = parseAlertmanager(JSON.stringify(scenario.alert)).alerts;
  if (alert === undefined) throw new Error('the scenario fires no alert');
  return investigate({
    alert,
    nowMs: scenario.nowMs,
    redact: redactor,
    // The simulated servers compute on this very thread.
    collectDeadlineMs: 15_000,
    connectors: [
      createLokiConnector(at('loki')),
      createPrometheusConnector(at('prometheus')),
      createArgoCdConnector({ ...at('argocd'), token: scenario.argocdToken }),
      createJaegerConnector(at('jaeger')),
    ],
  });
}

/** What was read of a simulated incident, as the files of a bundle by their names. Without metrics: spans and lines tell it. */
export async function toBundleFiles(name: string, seed: number): Promise<ReadonlyMap<string, string>> {
  const scenario = createScenario({ name, seed });
  const { collection } = await playScenario(scenario);
  const { deploys, logs, traces } = collection.signals;
  return new Map([
    ['alert.json', JSON.stringify(scenario.alert)],
    ['logs.jsonl', toLines(logs.map(toLogLine))],
    ['traces.jsonl', toLines(traces.map(toTraceLine))],
    ['deploys.json', JSON.stringify(deploys.map(toDeploy))],
    ['truth.json', JSON.stringify({ service: scenario.truth.service })],
    [
      'incident.json',
      JSON.stringify({
        id: name,
        now: new Date(scenario.nowMs).toISOString(),
        window: toPeriod(collection.window),
        baseline: toPeriod(collection.baseline),
      }),
    ],
  ]);
}

/** The same incident under several ids, each a bundle of its own in one folder. */
export function writeBundles(files: ReadonlyMap<string, string>, ids: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  for (const [index, id] of ids.entries()) {
    const bundle = join(folder, `bundle-${String(index).padStart(2, '0')}`);
    mkdirSync(bundle);
    for (const [name, text] of files) {
      const content = name === 'incident.json' ? JSON.stringify({ ...JSON.parse(text), id }) : text;
      writeFileSync(join(bundle, name), content);
    }
  }
  return folder;
}

const toLines = (records: readonly unknown[]) =>
  `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;
const toPeriod = ({ startMs, endMs }: TimeWindow) => ({
  start: new Date(startMs).toISOString(),
  end: new Date(endMs).toISOString(),
});
const toValue = (value: AttributeValue) =>
  typeof value === 'string'
    ? { stringValue: value }
    : typeof value === 'boolean'
      ? { boolValue: value }
      : { doubleValue: value };
const toAttributes = (attributes: Readonly<Record<string, AttributeValue>>) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: toValue(value) }));
const toResource = (service = 'unknown') => ({ attributes: toAttributes({ 'service.name': service }) });

function toLogLine({ attributes, body, service, severityNumber, spanId, timeUnixNano, traceId }: LogSignal) {
  const record = { timeUnixNano, body: { stringValue: body }, severityNumber, traceId, spanId };
  const logRecords = [{ ...record, attributes: toAttributes(attributes) }];
  return { resourceLogs: [{ resource: toResource(service), scopeLogs: [{ logRecords }] }] };
}

const kinds = ['', 'internal', 'server', 'client', 'producer', 'consumer'];
const codes = ['unset', 'ok', 'error'];

function toTraceLine({ spans, traceId }: TraceSignal) {
  return {
    resourceSpans: spans.map((span) => ({
      resource: toResource(span.service),
      scopeSpans: [
        {
          spans: [
            {
              traceId,
              spanId: span.spanId,
              parentSpanId: span.parentSpanId,
              name: span.operation,
              kind: Math.max(0, kinds.indexOf(span.kind ?? '')),
              startTimeUnixNano: span.startNs,
              endTimeUnixNano: String(BigInt(span.startNs) + BigInt(Math.round(span.durationNs))),
              status: { code: Math.max(0, codes.indexOf(span.status ?? 'unset')) },
              attributes: toAttributes(span.attributes),
            },
          ],
        },
      ],
    })),
  };
}

const toDeploy = ({ changes, previousVersion, service, summary, timestampMs, version }: DeploySignal) => ({
  ...{ timestampMs, service, version, previousVersion },
  summary: summary ?? 'deploy',
  changes,
});
