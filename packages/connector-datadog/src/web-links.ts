import type { TimeWindow } from '@midwatch/core';
import type { SearchProduct } from './datadog-api.js';

/** Pages of Datadog that show what was asked. Without a page to open there are none. */
export interface WebLinks {
  readonly toSearch: (product: SearchProduct, text: string, window: TimeWindow) => string;
  readonly toLog: (id: string, timestampMs: number) => string;
  readonly toTrace: (traceId: string) => string;
  readonly toEvent: (id: string) => string;
  readonly toMetric: (query: string, window: TimeWindow) => string;
}

const AROUND_MS = 60_000;

export function createWebLinks(webUrl: string): WebLinks {
  const base = webUrl.replace(/\/+$/, '');
  const to = (path: string, parameters: Readonly<Record<string, string>>) =>
    `${base}${path}?${new URLSearchParams(parameters).toString()}`;
  const times = ({ startMs, endMs }: TimeWindow) => ({ from_ts: String(startMs), to_ts: String(endMs) });
  return {
    toSearch(product, text, window) {
      if (product === 'spans') {
        const [start, end] = [String(window.startMs), String(window.endMs)];
        return to('/apm/traces', { query: text, start, end, paused: 'true' });
      }
      const path = product === 'logs' ? '/logs' : '/event/explorer';
      return to(path, { query: text, ...times(window), live: 'false' });
    },
    toLog(id, timestampMs) {
      const window = { startMs: timestampMs - AROUND_MS, endMs: timestampMs + AROUND_MS };
      return to('/logs', { event: id, ...times(window), live: 'false' });
    },
    toTrace: (traceId) => `${base}/apm/trace/${encodeURIComponent(traceId)}`,
    toEvent: (id) => to('/event/explorer', { event: id }),
    toMetric(query, window) {
      const [, aggregator = 'avg', name = '', scope = '*'] = /^(\w+):([\w.-]+)\{([^}]*)\}/.exec(query) ?? [];
      const shown = { exp_agg: aggregator, exp_metric: name, exp_scope: scope, exp_row_type: 'metric' };
      return to('/metric/explorer', { ...shown, ...times(window), live: 'false' });
    },
  };
}
