import { type CallContextV1, ConnectorError, type Gap } from '@midwatch/core';
import type { DatadogApi } from './datadog-api.js';
import { repeatGap } from './read-pages.js';

/** Names of metrics, and that there are more. */
export interface MetricNames {
  readonly names: readonly string[];
  readonly gaps: readonly Gap[];
}

/** The vendor's cap of one page. */
const MAX_PAGE = 10_000;
const MAX_PAGES = 3;

/** All names with these tags, page after page; the first page's failure rejects, that of a later one is a gap. */
export async function readMetricNames(
  api: DatadogApi,
  tags: string | undefined,
  call: CallContextV1,
): Promise<MetricNames> {
  const names = new Set<string>();
  const seen = new Set<string>();
  const end = (...gaps: readonly Gap[]): MetricNames => ({ names: [...names], gaps });
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    try {
      const answer = await api.metricNames({ tags, limit: MAX_PAGE, cursor }, call);
      for (const name of answer.names) names.add(name);
      cursor = answer.cursor;
    } catch (error) {
      if (page === 0 || !ConnectorError.is(error) || error.code === 'aborted') throw error;
      const reason = error.code === 'timeout' ? 'deadline' : 'page-failure';
      return end({ reason, detail: `names of metrics were not read: ${error.code}` });
    }
    if (cursor === undefined) return end();
    if (seen.has(cursor)) return end(repeatGap());
    seen.add(cursor);
  }
  return end({ reason: 'row-limit', detail: `more than ${MAX_PAGES} pages of names of metrics` });
}
