import type { QueryRange } from './query-range.js';

export interface LinkOptions {
  /** Grafana's address when `datasource` is given, else the store's own page. */
  readonly webUrl: string;
  readonly datasource: string | undefined;
}

/** A range query on a page that people can open. */
export function toQueryLink({ datasource, webUrl }: LinkOptions, promQl: string, range: QueryRange): string {
  const base = webUrl.replace(/\/+$/, '');
  if (datasource === undefined) {
    // https://prometheus.io/docs/visualization/browser/; 3.x sends this address on to its new page.
    const parameters = new URLSearchParams({
      'g0.expr': promQl,
      'g0.tab': '0',
      'g0.range_input': `${Math.max(Math.ceil((range.endMs - range.startMs) / 1000), 60)}s`,
      'g0.end_input': new Date(range.endMs).toISOString(),
      'g0.step_input': String(range.stepMs / 1000),
    });
    return `${base}/graph?${parameters.toString()}`;
  }
  const panes = {
    metrics: {
      datasource,
      queries: [{ refId: 'A', expr: promQl, range: true, interval: `${range.stepMs}ms` }],
      range: { from: String(range.startMs), to: String(range.endMs) },
    },
  };
  return `${base}/explore?${new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify(panes) }).toString()}`;
}

export function toAlertsLink({ datasource, webUrl }: LinkOptions): string {
  return `${webUrl.replace(/\/+$/, '')}${datasource === undefined ? '/alerts' : '/alerting/list'}`;
}
