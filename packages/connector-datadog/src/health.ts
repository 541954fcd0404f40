import {
  type CallContextV1,
  ConnectorError,
  type ConnectorHealthV1,
  type LabelMapping,
} from '@midwatch/core';
import type { DatadogApi } from './datadog-api.js';
import { placeTags, podTag } from './search-text.js';

/** Why targets are asked for as they are: Datadog's own conventions, which no answer confirms. */
const labels: readonly LabelMapping[] = [
  { field: 'service', label: 'service', chosenBy: 'convention' },
  { field: 'namespace', label: placeTags.namespace, chosenBy: 'convention' },
  { field: 'environment', label: placeTags.environment, chosenBy: 'convention' },
  { field: 'cluster', label: placeTags.cluster, chosenBy: 'convention' },
  { field: 'pod', label: podTag, chosenBy: 'convention' },
  { field: 'level', label: 'status', chosenBy: 'convention' },
];

const LOOK_BACK_MS = 5 * 60_000;

interface Probe {
  readonly product: string;
  /** Scopes that the application key, and its owner, need. https://docs.datadoghq.com/api/latest/scopes/ */
  readonly scopes: string;
  readonly ask: (call: CallContextV1) => Promise<unknown>;
}

/** Asks what the queries will ask, each product by itself: `/validate` knows the API key only, and a 403 does not say why. */
export async function checkHealth(
  api: DatadogApi,
  site: string,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const window = { startMs: startedMs - LOOK_BACK_MS, endMs: startedMs };
  const search = (product: 'logs' | 'spans' | 'events') => (inner: CallContextV1) =>
    api.search(product, { text: '*', window, newestFirst: true, limit: 1 }, inner);
  const probes: readonly Probe[] = [
    { product: 'logs', scopes: '`logs_read_data` and `logs_read_index_data`', ask: search('logs') },
    {
      product: 'metrics',
      scopes: '`timeseries_query`',
      ask: (inner) =>
        api.timeseries(
          {
            window,
            intervalMs: 60_000,
            queries: [{ name: 'a', query: 'avg:system.load.1{*}' }],
            formulas: [{ formula: 'a' }],
          },
          inner,
        ),
    },
    {
      product: 'names of metrics',
      scopes: '`metrics_read`',
      ask: (inner) => api.metricNames({ tags: undefined, limit: 1 }, inner),
    },
    { product: 'traces', scopes: '`apm_read`', ask: search('spans') },
    { product: 'events', scopes: '`events_read`', ask: search('events') },
  ];
  const key = await attempt(api.validate(call));
  const known = () => ({ latencyMs: Date.now() - startedMs, labels });
  if (key.value !== true) {
    const isRefused = key.error === undefined || key.error.code === 'auth';
    const detail = isRefused
      ? `the API key is none of ${site}: check \`token\` and \`site\``
      : (key.error?.message ?? '');
    return { state: 'unhealthy', detail, ...known() };
  }
  const checks = await Promise.all(
    probes.map(async (probe) => ({ probe, error: (await attempt(probe.ask(call))).error })),
  );
  const failed = checks.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return { state: 'healthy', ...known() };
  const isKey = failed.length === checks.length && failed.every(({ error }) => error?.code === 'auth');
  if (isKey) {
    const detail = `the application key is none of ${site}, or has no scope at all: check \`applicationKey\``;
    return { state: 'unhealthy', detail, ...known() };
  }
  const problems = failed.map(({ probe, error }) => `${probe.product}: ${problemOf(error, probe.scopes)}`);
  const state = failed.length === checks.length ? 'unhealthy' : 'degraded';
  return { state, detail: problems.join('; '), ...known() };
}

function problemOf(error: ConnectorError | undefined, scopes: string): string {
  if (error?.code === 'auth') return `HTTP ${error.status}, the application key lacks ${scopes}`;
  return error?.message ?? '';
}

async function attempt<T>(
  part: Promise<T>,
): Promise<{ readonly value?: T; readonly error?: ConnectorError }> {
  try {
    return { value: await part };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { error };
  }
}
