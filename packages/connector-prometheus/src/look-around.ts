import { ConnectorError, type Gap, type SignalQueryByKind } from '@midwatch/core';
import { toGaugeQueries, toShareQueries } from './gauge-queries.js';
import type { Matrix } from './prometheus-api.js';
import { escapePattern } from './promql.js';
import { needsScrapeInterval, toScrapeSeconds } from './query-range.js';
import { toRawQueries } from './raw-queries.js';
import { knownNames, toProbe, toRateQueries } from './role-queries.js';
import { allRoles, type RoleContext, type RoleQuery } from './role-query.js';
import { createTargetScope, toDiscoveryQuery, toFoundSeries } from './series-discovery.js';

type MetricsQuery = SignalQueryByKind['metrics'];
type Glance = (text: string) => Promise<Matrix>;

/** Services of one store may follow different conventions. */
const MAX_CONVENTIONS = 6;

/** What the store has of the target, and so what can be asked. */
export interface Surroundings {
  /** The query that told. */
  readonly text: string;
  /** Queries that need no rate window. */
  readonly plainQueries: readonly RoleQuery[];
  readonly toRateQueries: (rateSeconds: number) => readonly RoleQuery[];
  /** Tells the number of samples in five minutes; absent when no rate will be asked for. */
  readonly probe: string | undefined;
  readonly gaps: () => readonly Gap[];
  readonly nothingToAsk: string;
}

export async function lookAround(
  query: MetricsQuery,
  serviceLabel: string | undefined,
  glance: Glance,
): Promise<Surroundings> {
  const { names = [], target } = query;
  // Names alone ask for those series only; roles alone, or nothing, for what the roles are found in.
  const wantsRoles = query.roles !== undefined || query.names === undefined;
  const patterns = [...(wantsRoles ? knownNames() : []), ...names.map(escapePattern)];
  // Of one service everything is looked at: the query stays short, and it has few series.
  const asked = target.service !== undefined && wantsRoles ? undefined : patterns;
  const text = toDiscoveryQuery(target, asked, serviceLabel);
  const seen = await glance(text);
  const found = toFoundSeries(seen.series);
  const scope = createTargetScope(target, found, serviceLabel);
  const context: RoleContext = {
    found,
    scope,
    roles: allRoles(wantsRoles ? query.roles : []),
    maxConventions: target.service === undefined ? MAX_CONVENTIONS : 1,
  };
  return {
    text,
    plainQueries: [...toRawQueries(names, scope), ...toGaugeQueries(context), ...toShareQueries(context)],
    toRateQueries: (rateSeconds) => toRateQueries(context, rateSeconds),
    probe: toProbe(context),
    gaps: () => [
      ...seen.gaps,
      ...(query.target.operation === undefined ? [] : [operationGap]),
      ...scope.gaps(),
    ],
    nothingToAsk:
      found.size === 0
        ? 'no series carries the service in any of the usual labels'
        : `none of its ${found.size} metrics follows a known convention: ask for \`names\``,
  };
}

const operationGap: Gap = {
  reason: 'unsupported-filter',
  detail: 'series are not narrowed to the operation',
};

export async function measureScrape(
  { probe }: Surroundings,
  stepMs: number,
  glance: Glance,
): Promise<{ readonly seconds: number; readonly gaps: readonly Gap[] }> {
  if (probe === undefined || !needsScrapeInterval(stepMs))
    return { seconds: toScrapeSeconds(undefined), gaps: [] };
  try {
    const { series } = await glance(probe);
    const counts = series.flatMap(({ values }) => (values ?? []).map(([, count]) => Number(count)));
    return { seconds: toScrapeSeconds(counts.length === 0 ? undefined : Math.max(...counts)), gaps: [] };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    const seconds = toScrapeSeconds(undefined);
    const detail = `the scrape interval could not be measured: rates are over ${4 * seconds} s`;
    return { seconds, gaps: [{ reason: 'page-failure', detail }] };
  }
}
