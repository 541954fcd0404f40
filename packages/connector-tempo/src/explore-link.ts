import type { TimeWindow } from '@midwatch/core';

export interface ExploreOptions {
  /** Grafana's address. */
  readonly webUrl: string;
  /** Uid or name of the data source; without it Grafana opens its default one. */
  readonly datasource: string | undefined;
}

/** A search or, where the text is a trace id, that trace in Grafana's Explore. https://grafana.com/docs/grafana/latest/explore/get-started-with-explore/#generate-explore-urls-from-external-tools */
export function toExploreLink(options: ExploreOptions, traceQl: string, window: TimeWindow): string {
  const datasource = options.datasource === undefined ? {} : { datasource: options.datasource };
  const panes = {
    traces: {
      ...datasource,
      queries: [{ refId: 'A', queryType: 'traceql', query: traceQl }],
      range: { from: String(window.startMs), to: String(window.endMs) },
    },
  };
  const parameters = new URLSearchParams({ schemaVersion: '1', panes: JSON.stringify(panes) });
  return `${options.webUrl.replace(/\/+$/, '')}/explore?${parameters.toString()}`;
}
