import { ConnectorError, type ConnectorV1 } from '@midwatch/core';
import {
  createLogDecoder,
  createMetricDecoder,
  createTraceDecoder,
  type DecodeScope,
} from '@midwatch/core/otlp';
import type { OpenFile } from './byte-stream.js';
import { readDeployFile, readIncidentFile } from './change-file.js';
import { findDeploys, findIncidents } from './change-query.js';
import { createListSource, createTelemetrySource, type NamedFile } from './file-source.js';
import { findLogs } from './log-query.js';
import { findMetrics } from './metric-query.js';
import { findTraces } from './trace-query.js';

/** The files that there are; a kind without a file is a kind that the connector does not have. */
export interface OtlpFileConnectorOptions {
  /** OTLP/JSON lines of log records, gzip or not. */
  readonly logs?: OpenFile | NamedFile | undefined;
  /** OTLP/JSON lines of metrics, gzip or not. */
  readonly metrics?: OpenFile | NamedFile | undefined;
  /** OTLP/JSON lines of spans, gzip or not. */
  readonly traces?: OpenFile | NamedFile | undefined;
  /** A JSON list of changes. */
  readonly deploys?: OpenFile | NamedFile | undefined;
  /** A JSON list of problems that other systems saw. */
  readonly incidents?: OpenFile | NamedFile | undefined;
  /** @default 'otlp-file' */
  readonly id?: string | undefined;
  readonly covers?: ConnectorV1['covers'] | undefined;
  /**
   * How much JSON of each file of telemetry may be kept, decompressed; in memory it is about three times that. A larger file
   * is read anew for each window, of which as much is kept. @default 67108864 (64 MiB)
   */
  readonly maxHeldBytes?: number | undefined;
}

const MAX_HELD_BYTES = 64 * 1024 ** 2;

/** Reads telemetry from files that the OpenTelemetry Collector's file exporter wrote; each is read once for all queries. */
export function createOtlpFileConnector(options: OtlpFileConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'otlp-file';
  const maxHeldCharacters = options.maxHeldBytes ?? MAX_HELD_BYTES;
  const scope: DecodeScope = { connectorId: id, queryId: '' };
  const common = { connectorId: id, maxHeldCharacters };

  const logs = named(options.logs, 'logs.jsonl');
  const metrics = named(options.metrics, 'metrics.jsonl');
  const traces = named(options.traces, 'traces.jsonl');
  const deploys = named(options.deploys, 'deploys.json');
  const incidents = named(options.incidents, 'incidents.json');
  const all = [logs, metrics, traces, deploys, incidents].filter((file) => file !== undefined);
  if (all.length === 0) throw mistake(id, 'no file is given: name at least one');
  if (!(maxHeldCharacters > 0)) throw mistake(id, '`maxHeldBytes` must be a positive number');

  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: {
      ...(logs && {
        logs: createTelemetrySource({
          ...{ ...common, kind: 'logs', file: logs, key: 'resourceLogs' },
          createDecoder: () => createLogDecoder(scope),
          find: findLogs,
          servicesOf: ({ service }) => (service === undefined ? [] : [service]),
        }),
      }),
      ...(metrics && {
        metrics: createTelemetrySource({
          ...{ ...common, kind: 'metrics', file: metrics, key: 'resourceMetrics' },
          createDecoder: () => createMetricDecoder(scope),
          find: (found, query) => findMetrics(found, query, id),
          servicesOf: ({ service }) => (service === undefined ? [] : [service]),
        }),
      }),
      ...(traces && {
        traces: createTelemetrySource({
          ...{ ...common, kind: 'traces', file: traces, key: 'resourceSpans' },
          createDecoder: () => createTraceDecoder(scope),
          find: findTraces,
          servicesOf: ({ spans }) => spans.map(({ service }) => service),
        }),
      }),
      ...(deploys && {
        deploys: createListSource(
          id,
          'deploys',
          deploys,
          () => readDeployFile({ ...deploys, connectorId: id }),
          findDeploys,
        ),
      }),
      ...(incidents && {
        incidents: createListSource(
          id,
          'incidents',
          incidents,
          () => readIncidentFile({ ...incidents, connectorId: id }),
          findIncidents,
        ),
      }),
    },
    async checkHealth(call) {
      if (call.signal.aborted) {
        throw new ConnectorError({ code: 'aborted', connectorId: id, message: 'the caller gave up' });
      }
      const closed = (await Promise.all(all.map(opens))).filter((name) => name !== undefined);
      if (closed.length === 0) return { state: 'healthy' };
      const state = closed.length === all.length ? 'unhealthy' : 'degraded';
      return { state, detail: `cannot be opened: ${closed.join(', ')}` };
    },
  };
}

function mistake(connectorId: string, message: string): ConnectorError {
  return new ConnectorError({ code: 'config', connectorId, message });
}

function named(file: OpenFile | NamedFile | undefined, name: string): NamedFile | undefined {
  return typeof file === 'function' ? { name, open: file } : file;
}

/** The name of a file that does not open. */
async function opens({ name, open }: NamedFile): Promise<string | undefined> {
  try {
    const stream = await open();
    await stream.cancel();
    return undefined;
  } catch {
    return name;
  }
}
