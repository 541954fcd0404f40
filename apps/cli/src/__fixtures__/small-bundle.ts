import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Terminal } from '../terminal.js';

/** A small incident bundle: two services, the deeper of which starts to fail while logging why. */

const windowStartMs = Date.UTC(2026, 8, 1, 3, 0);
const windowEndMs = windowStartMs + 300_000;
const baselineStartMs = windowStartMs - 600_000;

interface BundleOptions {
  /** Put into every free text of every kind of telemetry and of the alert. */
  readonly secret?: string;
}

const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } });
const resource = (service: string) => ({ attributes: [attribute('service.name', service)] });
const nanos = (ms: number) => `${Math.round(ms)}000000`;
const hex = (number: number, digits: number) => number.toString(16).padStart(digits, '0');

function call(index: number, startMs: number, failing: boolean, secret: string) {
  const traceId = hex(index + 1, 32);
  const durationMs = failing ? 900 : 20;
  const span = (service: string, name: string, spanId: string, parentSpanId: string | undefined, offsetMs: number) => ({
    resource: resource(service),
    scopeSpans: [
      {
        spans: [
          {
            traceId,
            spanId,
            ...(parentSpanId === undefined ? {} : { parentSpanId }),
            name,
            kind: 2,
            startTimeUnixNano: nanos(startMs + offsetMs),
            endTimeUnixNano: nanos(startMs + offsetMs + durationMs),
            attributes: [attribute('http.url', `/items?note=${secret}`)],
            ...(failing ? { status: { code: 2, message: secret } } : {}),
          },
        ],
      },
    ],
  });
  const root = hex(index * 2 + 1, 16);
  return {
    traceId,
    resourceSpans: [span('front', 'GET /items', root, undefined, 0), span('items', 'load items', hex(index * 2 + 2, 16), root, 3)],
  };
}

function logLine(service: string, atMs: number, text: string, traceId: string) {
  return {
    resourceLogs: [
      {
        resource: resource(service),
        scopeLogs: [{ logRecords: [{ timeUnixNano: nanos(atMs), body: { stringValue: text }, traceId }] }],
      },
    ],
  };
}

function gauge(service: string, secret: string, points: readonly (readonly [number, number])[]) {
  const dataPoints = points.map(([atMs, value]) => ({
    timeUnixNano: nanos(atMs),
    asDouble: value,
    attributes: [attribute('query', `select ${secret}`)],
  }));
  const metric = { name: 'items_waiting', unit: '{item}', gauge: { dataPoints } };
  return { resourceMetrics: [{ resource: resource(service), scopeMetrics: [{ metrics: [metric] }] }] };
}

export function smallBundle({ secret = 'nothing' }: BundleOptions = {}) {
  const traces: unknown[] = [];
  const logs: unknown[] = [];
  const waiting: [number, number][] = [];
  for (const [startMs, endMs, faulty] of [
    [baselineStartMs, windowStartMs - 300_000, false],
    [windowStartMs, windowEndMs, true],
  ] as const) {
    for (let atMs = startMs; atMs < endMs; atMs += 5000) {
      const failing = faulty && atMs > windowStartMs + 60_000;
      waiting.push([atMs, failing ? 400 : 3]);
      const { traceId, resourceSpans } = call(traces.length, atMs, failing, secret);
      traces.push({ resourceSpans });
      logs.push(logLine('front', atMs, `INFO request for items, note ${secret}`, traceId));
      if (failing) logs.push(logLine('items', atMs, `ERROR cannot open store, password=${secret}`, traceId));
    }
  }
  const labels = { alertname: 'ItemsFailing', severity: 'critical', service: 'front', namespace: 'demo', note: secret };
  const annotations = { summary: `items fail for ${secret}` };
  const startsAt = new Date(windowEndMs - 60_000).toISOString();
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    alert: { version: '4', status: 'firing', alerts: [{ status: 'firing', labels, annotations, startsAt, fingerprint: 'f' }] },
    incident: {
      id: 'small',
      namespace: 'demo',
      now: iso(windowEndMs),
      window: { start: iso(windowStartMs), end: iso(windowEndMs) },
      baseline: { start: iso(baselineStartMs), end: iso(windowStartMs - 300_000) },
    },
    deploys: [
      {
        timestampMs: windowStartMs - 30_000,
        service: 'items',
        version: 'v2',
        previousVersion: 'v1',
        summary: `Open the store with ${secret}`,
        actor: 'dana',
        changes: [{ path: 'STORE_URL', before: secret, after: `now ${secret}` }],
      },
    ],
    incidents: [{ timestampMs: windowStartMs + 61_000, service: 'items', title: `store gone: ${secret}`, reason: 'Unhealthy' }],
    traces,
    logs,
    metrics: [gauge('items', secret, waiting)],
    truth: { service: 'items' },
  };
}

const toLines = (records: readonly unknown[]) => `${records.map((record) => JSON.stringify(record)).join('\n')}\n`;

/** Writes the bundle into a folder of its own and gives the folder. */
export function writeBundle(bundle: ReturnType<typeof smallBundle>): string {
  const folder = mkdtempSync(join(tmpdir(), 'midwatch-'));
  for (const name of ['alert', 'incident', 'deploys', 'incidents', 'truth'] as const) {
    writeFileSync(join(folder, `${name}.json`), JSON.stringify(bundle[name]));
  }
  writeFileSync(join(folder, 'traces.jsonl.gz'), gzipSync(toLines(bundle.traces)));
  writeFileSync(join(folder, 'logs.jsonl'), toLines(bundle.logs));
  writeFileSync(join(folder, 'metrics.jsonl'), toLines(bundle.metrics));
  return folder;
}

/** A terminal whose output can be read back. */
export function createCapture(folder: string, environment: Terminal['environment'] = {}) {
  const written = { stdout: '', stderr: '' };
  const output = (name: keyof typeof written) => ({
    write: (text: string) => {
      written[name] += text;
    },
  });
  return { written, terminal: { stdout: output('stdout'), stderr: output('stderr'), environment, folder } satisfies Terminal };
}
