import { type SignalKind, type SignalQueryByKind, signalSchemas } from '@midwatch/core';
import { expect } from 'vitest';
import { createOtlpFileConnector, type OtlpFileConnectorOptions } from '../otlp-file-connector.js';

export const startMs = Date.UTC(2026, 10, 23, 3, 0);
export const window = { startMs, endMs: startMs + 60_000 };

const resource = (service: string, more: Record<string, string> = {}) => ({
  attributes: Object.entries({ 'service.name': service, ...more }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  })),
});
export const nanos = (second: number) => `${startMs / 1000 + second}000000000`;

export function log(
  service: string,
  second: number,
  body: string,
  fields: object = {},
  attributes: Record<string, string> = {},
) {
  const record = { timeUnixNano: nanos(second), body: { stringValue: body }, ...fields };
  return {
    resourceLogs: [{ resource: resource(service, attributes), scopeLogs: [{ logRecords: [record] }] }],
  };
}

export function span(service: string, second: number, traceId: string, fields: object = {}) {
  const item = {
    traceId: traceId.padStart(32, '0'),
    spanId: `${traceId}${second}`.padStart(16, '0'),
    name: 'GET /',
    startTimeUnixNano: nanos(second),
    endTimeUnixNano: nanos(second + 1),
    ...fields,
  };
  return { resourceSpans: [{ resource: resource(service), scopeSpans: [{ spans: [item] }] }] };
}

export function gauge(service: string, name: string, seconds: readonly number[], unit = '') {
  const dataPoints = seconds.map((second) => ({ timeUnixNano: nanos(second), asDouble: second }));
  return {
    resourceMetrics: [
      { resource: resource(service), scopeMetrics: [{ metrics: [{ name, unit, gauge: { dataPoints } }] }] },
    ],
  };
}

export const lines =
  (...items: unknown[]) =>
  () =>
    new Blob([items.map((item) => JSON.stringify(item)).join('\n')]).stream();
export const json = (value: unknown) => () => new Blob([JSON.stringify(value)]).stream();

/** One query, of which every signal is checked against its schema. */
export async function ask<K extends SignalKind>(
  kind: K,
  files: OtlpFileConnectorOptions,
  query: Partial<SignalQueryByKind[K]> = {},
) {
  const connector = createOtlpFileConnector(files);
  const call = {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 5000,
    fetch: () => Promise.reject(new TypeError('no network here')),
  };
  const whole = { window, target: {}, limit: 100, keep: 'newest', ...query } as SignalQueryByKind[K];
  const batch = await connector.sources[kind]!.doQuery(whole, call);
  for (const signal of batch.signals) expect(signalSchemas[kind].safeParse(signal).error).toBeUndefined();
  return batch;
}
