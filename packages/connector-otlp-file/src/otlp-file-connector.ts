import {
  ConnectorError,
  type ConnectorV1,
  type SignalByKind,
  type SignalKind,
  type SignalSourceV1,
} from '@midwatch/core';
import {
  createLogDecoder,
  createMetricDecoder,
  createTraceDecoder,
  type DecodeScope,
} from '@midwatch/core/otlp';
import type { OpenFile } from './byte-stream.js';
import { readDeployFile, readIncidentFile } from './change-file.js';
import { findDeploys, findIncidents } from './change-query.js';
import { type FileContent, type Reading, readOtlpFile } from './file-content.js';
import { findLogs } from './log-query.js';
import { findMetrics } from './metric-query.js';
import { type Found, toFileBatch } from './query-file.js';
import { createSharedFile } from './shared-file.js';
import { findTraces } from './trace-query.js';

/** A file by its name, where the name is worth showing. */
export interface NamedFile {
  readonly name: string;
  readonly open: OpenFile;
}

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
}

/** Reading costs the same whatever is asked, so these only bound what one batch may weigh. */
const maxItems: Readonly<Record<SignalKind, number>> = {
  logs: 200_000,
  metrics: 20_000,
  traces: 20_000,
  deploys: 10_000,
  incidents: 10_000,
};

/** Reads telemetry from files that the OpenTelemetry Collector's file exporter wrote; each is read once for all queries. */
export function createOtlpFileConnector(options: OtlpFileConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'otlp-file';
  const scope: DecodeScope = { connectorId: id, queryId: '' };

  function source<K extends SignalKind>(
    kind: K,
    file: NamedFile,
    start: (file: NamedFile) => Reading<SignalByKind[K]>,
    find: (
      all: readonly SignalByKind[K][],
      query: Parameters<SignalSourceV1<K>['doQuery']>[0],
    ) => Found<SignalByKind[K]>,
  ): SignalSourceV1<K> {
    const shared = createSharedFile<SignalByKind[K]>(id, file.name, () => start(file));
    return {
      limits: { maxItems: maxItems[kind] },
      async doQuery(query, call) {
        const content: FileContent<SignalByKind[K]> = await shared.read(call);
        return toFileBatch(id, file.name, content, find(content.signals, query), query);
      },
    };
  }

  const logs = named(options.logs, 'logs.jsonl');
  const metrics = named(options.metrics, 'metrics.jsonl');
  const traces = named(options.traces, 'traces.jsonl');
  const deploys = named(options.deploys, 'deploys.json');
  const incidents = named(options.incidents, 'incidents.json');
  const all = [logs, metrics, traces, deploys, incidents].filter((file) => file !== undefined);
  if (all.length === 0) {
    throw new ConnectorError({
      code: 'config',
      connectorId: id,
      message: 'no file is given: name at least one',
    });
  }

  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: {
      ...(logs && {
        logs: source(
          'logs',
          logs,
          (file) =>
            readOtlpFile({ ...file, connectorId: id, key: 'resourceLogs', decoder: createLogDecoder(scope) }),
          (found, query) => findLogs(found, query, logs.name),
        ),
      }),
      ...(metrics && {
        metrics: source(
          'metrics',
          metrics,
          (file) =>
            readOtlpFile({
              ...file,
              connectorId: id,
              key: 'resourceMetrics',
              decoder: createMetricDecoder(scope),
            }),
          (found, query) => findMetrics(found, query, metrics.name, id),
        ),
      }),
      ...(traces && {
        traces: source(
          'traces',
          traces,
          (file) =>
            readOtlpFile({
              ...file,
              connectorId: id,
              key: 'resourceSpans',
              decoder: createTraceDecoder(scope),
            }),
          (found, query) => findTraces(found, query, traces.name),
        ),
      }),
      ...(deploys && {
        deploys: source(
          'deploys',
          deploys,
          (file) => readDeployFile({ ...file, connectorId: id }),
          findDeploys,
        ),
      }),
      ...(incidents && {
        incidents: source(
          'incidents',
          incidents,
          (file) => readIncidentFile({ ...file, connectorId: id }),
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
