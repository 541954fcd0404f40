import type { CallContextV1, Gap, MetricRole, SignalQueryByKind, Target } from '@midwatch/core';
import { ConnectorError } from '@midwatch/core';
import type { AwsApi } from './aws-api.js';
import {
  type CloudWatchMetric,
  fillDimensions,
  matchesDimensions,
  serviceInDimensions,
} from './custom-metric.js';
import { type ListedMetric, listMetrics, type MetricsList } from './list-metrics.js';
import {
  type CloudWatchMetricFamily,
  type Dimensions,
  type MetricFamily,
  metricFamilies,
  type RoleStatistic,
} from './metric-families.js';
import { isWhole } from './read-lines.js';
import { createMemory } from './remember.js';

/** One series to ask for. */
export interface SeriesWish {
  readonly namespace: string;
  readonly dimensions: Dimensions;
  readonly statistic: Omit<RoleStatistic, 'role'> & { readonly role?: MetricRole };
  readonly service: string | undefined;
}

export interface FoundSeries {
  readonly wishes: readonly SeriesWish[];
  readonly gaps: readonly Gap[];
  /** What was asked to find them. */
  readonly lookup: string;
}

export interface SeriesOptions {
  readonly families: readonly CloudWatchMetricFamily[];
  readonly metrics: readonly CloudWatchMetric[];
}

type MetricsQuery = SignalQueryByKind['metrics'];

interface Listing {
  readonly found: readonly { readonly wish: SeriesWish; readonly isCustom: boolean }[];
  readonly gaps: readonly Gap[];
  /** None is of the cluster that was asked for. */
  readonly isOfOtherClusters?: boolean;
}

export function createSeriesFinder(api: AwsApi<'monitoring'>, { families, metrics }: SeriesOptions) {
  const memory = createMemory<MetricsList>(({ gaps, metrics: listed }) => listed.length > 0 && isWhole(gaps));

  function list(
    namespace: string,
    dimensions: readonly { readonly Name: string; readonly Value?: string }[],
    call: CallContextV1,
    name?: string,
  ): Promise<MetricsList> {
    const request = { namespace, dimensions, ...(name === undefined ? {} : { name }) };
    return memory.recall(JSON.stringify(request), () => listMetrics(api, request, call), call);
  }

  async function ofFamily(family: MetricFamily, query: MetricsQuery, call: CallContextV1): Promise<Listing> {
    const { isService, namespaceOf, serviceDimension } = family;
    const { target } = query;
    const { service } = target;
    // Without a service only what tells its namespace can be bounded.
    if (service === undefined && (target.namespace === undefined || namespaceOf === undefined)) {
      return { found: [], gaps: [] };
    }
    const isAsked = service !== undefined && isService === undefined;
    const dimension = { Name: serviceDimension, ...(isAsked ? { Value: service } : {}) };
    // Where the server cannot look for the service, one metric of each is enough to find it.
    const only = isService === undefined ? undefined : family.roles[0]?.name;
    const listed = await list(family.namespace, [dimension], call, only);
    const fitting = listed.metrics.filter(({ dimensions }) => {
      const value = dimensions.get(serviceDimension) ?? '';
      const isOfService =
        isService === undefined || (service !== undefined && isService(value, service, target));
      return (
        isOfService && hasExactly(dimensions, family.dimensions) && isInPlace(dimensions, target, namespaceOf)
      );
    });
    const placed = ofCluster(fitting, target);
    const named = query.names ?? [];
    const known = new Set(listed.metrics.map(({ name }) => name));
    const bySeries = Map.groupBy(placed.metrics, ({ dimensions }) => JSON.stringify([...dimensions]));
    const found = [...bySeries.values()].flatMap((group) => {
      const [{ dimensions } = { dimensions: new Map() as Dimensions }] = group;
      const itsService = isService === undefined ? dimensions.get(serviceDimension) : service;
      const own = group.map(({ name }) => name);
      const has = (name: string) => own.includes(name) || (only !== undefined && !known.has(name));
      return toStatistics(family.roles, query.roles, named, has, own).map((statistic) => ({
        wish: { namespace: family.namespace, dimensions, statistic, service: itsService },
        isCustom: false,
      }));
    });
    return { found, gaps: listed.gaps, isOfOtherClusters: placed.isOfOthers };
  }

  async function ofMetric(
    metric: CloudWatchMetric,
    query: MetricsQuery,
    call: CallContextV1,
  ): Promise<Listing> {
    if (query.roles !== undefined && !query.roles.includes(metric.role)) return { found: [], gaps: [] };
    if (query.roles === undefined && query.names !== undefined && !query.names.includes(metric.name)) {
      return { found: [], gaps: [] };
    }
    const wanted = fillDimensions(metric, query.target);
    const asked = [...wanted].map(([Name, Value]) => ({ Name, ...(Value === undefined ? {} : { Value }) }));
    const listed = await list(metric.namespace, asked, call);
    const { per, role, scale, statistic = 'Average', unit = '' } = metric;
    const wish = ({ dimensions, name }: ListedMetric): SeriesWish => ({
      namespace: metric.namespace,
      dimensions,
      service: serviceInDimensions(metric, dimensions) ?? query.target.service,
      statistic: {
        ...{ role, name, statistic, unit },
        ...(scale === undefined ? {} : { scale }),
        ...(per === undefined ? {} : { per }),
      },
    });
    const found = listed.metrics
      .filter(({ name, dimensions }) => name === metric.name && matchesDimensions(dimensions, wanted))
      .map((one) => ({ wish: wish(one), isCustom: true }));
    return { found, gaps: listed.gaps };
  }

  return async function findSeries(query: MetricsQuery, call: CallContextV1): Promise<FoundSeries> {
    const asked = [
      ...metrics.map((metric) => ({ name: metric.namespace, listing: ofMetric(metric, query, call) })),
      ...families.map((name) => ({
        name: metricFamilies[name].namespace,
        listing: ofFamily(metricFamilies[name], query, call),
      })),
    ];
    const settled = await Promise.allSettled(asked.map(({ listing }) => listing));
    const listings: Listing[] = [];
    const gaps: Gap[] = [];
    const failures: unknown[] = [];
    for (const one of settled) {
      if (one.status === 'fulfilled') listings.push(one.value);
      else failures.push(one.reason);
    }
    for (const failure of failures) {
      const isPart = ConnectorError.is(failure) && failure.code !== 'aborted' && listings.length > 0;
      if (!isPart) throw failure;
      gaps.push({ reason: 'page-failure', detail: `a list of metrics was not read: ${failure.code}` });
    }
    // Several lists may be cut for one reason.
    for (const gap of listings.flatMap((listing) => listing.gaps)) {
      if (!gaps.some(({ detail }) => detail === gap.detail)) gaps.push(gap);
    }
    if (listings.some(({ isOfOtherClusters }) => isOfOtherClusters === true)) {
      const detail = 'no metric names the cluster: series of other clusters may be among them';
      gaps.push({ reason: 'unmapped-target', detail });
    }
    const names = [...new Set(asked.map(({ name }) => name))];
    return {
      wishes: firstOfRole(listings),
      gaps,
      lookup: `ListMetrics ${names.join(', ')}${ofTarget(query.target)}`,
    };
  };
}

function toStatistics(
  roles: readonly RoleStatistic[],
  wanted: readonly MetricRole[] | undefined,
  names: readonly string[],
  has: (name: string) => boolean,
  own: readonly string[],
): readonly SeriesWish['statistic'][] {
  const byName = names
    .filter((name) => own.includes(name))
    .map((name) => ({ name, statistic: 'Average', unit: '' }));
  if (wanted === undefined && names.length > 0) return byName;
  const byRole = roles.filter(
    (one) => (wanted === undefined || wanted.includes(one.role)) && isThere(one, has),
  );
  return [...byRole, ...byName];
}

/** A count of errors is not there before the first error: a share needs only what it is a share of. */
function isThere({ name, per }: RoleStatistic, has: (name: string) => boolean): boolean {
  return typeof per === 'object' ? has(per.name) : has(name);
}

/** Of several families that tell the same role of a service only the first; the user's own metrics stand beside each other. */
function firstOfRole(listings: readonly Listing[]): readonly SeriesWish[] {
  const takenBy = new Map<string, string>();
  const wishes: SeriesWish[] = [];
  for (const { isCustom, wish } of listings.flatMap(({ found }) => found)) {
    const { name, role } = wish.statistic;
    const key = JSON.stringify([wish.service, role]);
    const source = isCustom ? 'own' : `${wish.namespace} ${role === 'saturation.other' ? '' : name}`;
    const taken = role === undefined ? undefined : takenBy.get(key);
    if (taken !== undefined && taken !== source) continue;
    if (role !== undefined) takenBy.set(key, source);
    wishes.push(wish);
  }
  return wishes;
}

function hasExactly(dimensions: Dimensions, names: readonly string[]): boolean {
  return dimensions.size === names.length && names.every((name) => dimensions.has(name));
}

/** A service alone may stand where no namespace is told; a namespace alone must be told. */
function isInPlace(
  dimensions: Dimensions,
  { namespace, service }: Target,
  namespaceOf: MetricFamily['namespaceOf'],
): boolean {
  if (namespace === undefined) return true;
  const itsNamespace = namespaceOf?.(dimensions);
  return itsNamespace === undefined ? service !== undefined : itsNamespace === namespace;
}

/** Clusters have other names in alerts at times: those of the one asked for, or all when it has none. */
function ofCluster(
  metrics: readonly ListedMetric[],
  { cluster }: Target,
): { readonly metrics: readonly ListedMetric[]; readonly isOfOthers: boolean } {
  const clustersOf = ({ dimensions }: ListedMetric) =>
    [dimensions.get('ClusterName'), dimensions.get('Environment')].filter((one) => one !== undefined);
  if (cluster === undefined) return { metrics, isOfOthers: false };
  const own = metrics.filter((one) =>
    clustersOf(one).some((name) => name === cluster || name.includes(`:${cluster}/`)),
  );
  const isOfOthers = own.length === 0 && metrics.some((one) => clustersOf(one).length > 0);
  return { metrics: own.length === 0 ? metrics : own, isOfOthers };
}

function ofTarget({ namespace, service }: Target): string {
  const words = [service, namespace].filter((word) => word !== undefined);
  return words.length === 0 ? '' : ` for ${words.join(' in ')}`;
}
