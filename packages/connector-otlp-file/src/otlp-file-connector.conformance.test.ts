import type { SignalKind } from '@midwatch/core';
import { type ConformanceScenario, connectorConformance } from '@midwatch/testkit/conformance';
import { createOtlpFileConnector } from './otlp-file-connector.js';

/** What the Collector's file exporter writes: one export a line. */
const lineOf: Record<SignalKind, (startMs: number, index: number, service: string) => unknown> = {
  logs: (startMs, index, service) => ({
    resourceLogs: [
      {
        resource: resourceOf(service),
        scopeLogs: [
          { logRecords: [{ timeUnixNano: `${startMs}000000`, body: { stringValue: `line ${index}` } }] },
        ],
      },
    ],
  }),
  traces: (startMs, index, service) => ({
    resourceSpans: [
      {
        resource: resourceOf(service),
        scopeSpans: [
          {
            spans: [
              {
                traceId: (index + 1).toString(16).padStart(32, '0'),
                spanId: '00000000000000a1',
                name: 'GET /',
                startTimeUnixNano: `${startMs}000000`,
                endTimeUnixNano: `${startMs + 20}000000`,
              },
            ],
          },
        ],
      },
    ],
  }),
  metrics: (startMs, index, service) => ({
    resourceMetrics: [
      {
        resource: resourceOf(service),
        scopeMetrics: [
          {
            metrics: [
              {
                name: `queue.${index}.size`,
                gauge: { dataPoints: [{ timeUnixNano: `${startMs}000000`, asInt: '3' }] },
              },
            ],
          },
        ],
      },
    ],
  }),
  deploys: (timestampMs, index, service) => ({
    timestampMs,
    service,
    version: `v1.${index}.0`,
    summary: `change ${index}`,
  }),
  incidents: (timestampMs, index, service) => ({ timestampMs, service, title: `problem ${index}` }),
};

function resourceOf(service: string) {
  return { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
}

function contentOf(kind: SignalKind, scenario: ConformanceScenario): string {
  const { count, window, service } = scenario;
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  const items = Array.from({ length: kind === scenario.kind ? count : 0 }, (_, index) =>
    lineOf[kind](window.startMs + Math.floor(index * stepMs), index, service),
  );
  const isList = kind === 'deploys' || kind === 'incidents';
  return isList ? JSON.stringify(items) : items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

function plain(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream();
}

function compressed(text: string): ReadableStream<Uint8Array> {
  return new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'));
}

for (const [name, toStream] of [
  ['otlp-file, as it is', plain],
  ['otlp-file, gzip', compressed],
] as const) {
  await connectorConformance({
    name,
    skip: {
      'unknown-service (deploys)': 'A file of deploys tells what changed, not which services there are.',
      'unknown-service (incidents)':
        'A file of incidents tells what went wrong, not which services there are.',
    },
    createWith: (scenario, open) =>
      createOtlpFileConnector({
        logs: () => open(toStream(contentOf('logs', scenario))),
        metrics: () => open(toStream(contentOf('metrics', scenario))),
        traces: () => open(toStream(contentOf('traces', scenario))),
        deploys: () => open(toStream(contentOf('deploys', scenario))),
        incidents: () => open(toStream(contentOf('incidents', scenario))),
      }),
  });
}
