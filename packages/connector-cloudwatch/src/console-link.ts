import type { TimeWindow } from '@midwatch/core';

/** The console's own notation of values in a fragment: letters, digits, `-`, `.` and `_` as they are, else `*` and the byte in hex. */
function encodeText(text: string): string {
  return Array.from(new TextEncoder().encode(text.toWellFormed()), (byte) => {
    const character = String.fromCharCode(byte);
    return /[\w.-]/.test(character) ? character : `*${byte.toString(16).padStart(2, '0')}`;
  }).join('');
}

/** A query opened in Logs Insights. The notation is not documented; it is that of links the console makes. */
export function toInsightsLink(
  webUrl: string,
  region: string,
  query: { readonly text: string; readonly groups: readonly string[]; readonly window: TimeWindow },
): string {
  const { groups, text, window } = query;
  const detail = [
    `end~'${encodeText(new Date(window.endMs).toISOString())}`,
    `start~'${encodeText(new Date(window.startMs).toISOString())}`,
    `timeType~'ABSOLUTE~tz~'UTC~editorString~'${encodeText(text)}`,
    `source~(${groups.map((group) => `~'${encodeText(group)}`).join('')})`,
  ].join('~');
  const fragment = encodeURIComponent(
    `?queryDetail=${encodeURIComponent(`~(${detail})`).replaceAll("'", '%27').replaceAll('(', '%28').replaceAll(')', '%29').replaceAll('~', '%7E')}`,
  );
  return `${home(webUrl, region)}#logsV2:logs-insights${fragment.replaceAll('%', '$')}`;
}

/** A metric as a graph of the console. */
export function toMetricsLink(
  webUrl: string,
  region: string,
  graph: {
    readonly metrics: readonly unknown[];
    readonly window: TimeWindow;
    readonly periodSeconds: number;
  },
): string {
  const source = {
    metrics: graph.metrics,
    view: 'timeSeries',
    region,
    period: graph.periodSeconds,
    start: new Date(graph.window.startMs).toISOString(),
    end: new Date(graph.window.endMs).toISOString(),
  };
  return `${home(webUrl, region)}#metricsV2?graph=${encodeURIComponent(JSON.stringify(source))}`;
}

function home(webUrl: string, region: string): string {
  return `${webUrl.replace(/\/+$/, '')}/cloudwatch/home?region=${encodeURIComponent(region)}`;
}
