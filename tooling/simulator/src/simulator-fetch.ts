import { createArgocdApi } from './argocd/argocd-api.js';
import { createCloudWatchApi } from './cloudwatch/cloudwatch-api.js';
import { createDatadogApi } from './datadog/datadog-api.js';
import { createElasticsearchApi } from './elasticsearch/elasticsearch-api.js';
import { textResponse } from './http/response.js';
import { createJaegerApi, type JaegerMode } from './jaeger/jaeger-api.js';
import { createTraceSearch } from './jaeger/trace-search.js';
import { createLogStore } from './logs/log-store.js';
import { createLokiStore } from './loki/log-entries.js';
import { createLokiApi } from './loki/loki-api.js';
import { createPrometheusApi } from './prometheus/prometheus-api.js';
import type { Scenario } from './scenario.js';
import { type SimulatorFault, withFault } from './simulator-fault.js';
import { createRequestStore } from './traces/request-store.js';

export const SOURCES = [
  'loki',
  'prometheus',
  'argocd',
  'jaeger',
  'cloudwatch',
  'datadog',
  'elasticsearch',
] as const;

export type SourceName = (typeof SOURCES)[number];

export interface SimulatorOptions {
  readonly faults?: Readonly<Partial<Record<SourceName, SimulatorFault>>>;
  /** @default 'both' */
  readonly jaegerMode?: JaegerMode;
}

/** A `fetch` that reaches only the simulated servers, by the first segment of the path. */
export interface SimulatorFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Requests that each source has received so far. */
  readonly calls: Readonly<Record<SourceName, number>>;
}

/**
 * Serves a scenario without a socket: `http://simulator/loki/...`, `/prometheus/...`, `/argocd/...`, `/jaeger/...`, each a
 * base path in front of the vendor's own. Runs wherever Request and Response exist.
 */
export function createSimulatorFetch(scenario: Scenario, options: SimulatorOptions = {}): SimulatorFetch {
  const { world } = scenario;
  const requests = createRequestStore(world);
  const logs = createLogStore(world, requests);
  const lokiStore = createLokiStore(world, logs);
  const prometheus = createPrometheusApi(scenario.metrics, scenario.alerting);
  const apis: Record<SourceName, (request: Request) => Promise<Response>> = {
    loki: createLokiApi(lokiStore),
    prometheus,
    argocd: createArgocdApi(world, scenario.argocdToken),
    jaeger: createJaegerApi(createTraceSearch(world, requests), options.jaegerMode ?? 'both', scenario.nowMs),
    cloudwatch: createCloudWatchApi({ world, logs, prometheus }),
    datadog: createDatadogApi({ world, logs, requests, metrics: scenario.metrics, prometheus }),
    elasticsearch: createElasticsearchApi(lokiStore),
  };
  const calls = Object.fromEntries(SOURCES.map((name) => [name, 0])) as Record<SourceName, number>;

  async function simulatorFetch(input: string | URL | Request, init?: RequestInit): Promise<Response> {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const [, first = '', rest = ''] = /^\/([^/]+)(\/.*)?$/.exec(url.pathname) ?? [];
    const source = SOURCES.find((name) => name === first);
    if (source === undefined) return textResponse(404, '404 page not found\n');
    calls[source] += 1;
    url.pathname = rest === '' ? '/' : rest;
    const inner = new Request(url, request);
    return await withFault(apis[source], options.faults?.[source])(inner);
  }
  return Object.assign(simulatorFetch, { calls });
}
