import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  type Target,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import {
  createEventReader,
  type DeployEvent,
  toDeploySignal,
  toldPrevious,
  withPrevious,
} from './deploy-events.js';
import { readPages, toUnreadGap } from './read-pages.js';
import { type RoleQuery, toQueryText } from './role-query.js';
import { anyOf, quote, targetTerms, toSearchText } from './search-text.js';
import type { SourceScope } from './source-scope.js';
import { readVersionOnsets, type VersionOnset } from './version-onsets.js';

type DeploysQuery = SignalQueryByKind['deploys'];

export interface DeploysSourceOptions extends SourceScope {
  readonly deployEvents: string;
  readonly operationName: string | undefined;
}

const MAX_ITEMS = 999;
const PAGE_SIZE = 1000;
const MAX_PAGES = 3;
const DAY_MS = 24 * 3_600_000;
/** How far back the version before is looked for, and whether deploys are told here at all. */
const HISTORY_BACK_MS = 30 * DAY_MS;

/** Deploys and changes that somebody has told Datadog by an event, and versions whose first requests tell of one. */
export function createDeploysSource(options: DeploysSourceOptions): SignalSourceV1<'deploys'> {
  const { api, connectorId, deployEvents, links, operationName } = options;

  async function doQuery(query: DeploysQuery, call: CallContextV1): Promise<SignalBatchV1<'deploys'>> {
    const { keep, target, window } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const text = toSearchText([...eventTerms(target), deployEvents]);
    const queryId = toQueryId(connectorId, text, window);
    const url = links.toSearch('events', text, window);
    const newestFirst = keep !== 'oldest';
    const reader = createEventReader(window, target);
    const [read, versions] = await Promise.all([
      readPages(
        {
          api,
          product: 'events',
          text,
          window,
          newestFirst,
          pageSize: PAGE_SIZE,
          maxPages: MAX_PAGES,
          toItems: reader,
        },
        (events) => events.length > limit,
        (events) => restOf(window, events, newestFirst),
        call,
      ),
      readVersionOnsets({ api, operationName }, query, call),
    ]);
    const provenance: Provenance[] = [{ queryId, language: 'datadog-events', text, window, url }];
    const versionOrigin = toVersionOrigin(versions.query, window, provenance);
    const ascending = [...read.items, ...withoutKnown(versions.onsets, read.items)].sort(byTime);
    const { signals: kept, gaps: cut } = keepWithinLimit(ascending, { ...query, limit });
    const isOpen = read.cursor !== undefined && cut.length > 0;
    const before = await eventsBefore(kept, target, window, call);
    const isSilent = kept.length === 0 && read.gaps.length === 0 && !versions.isTold;
    const unmapped = isSilent ? await unmappedGaps(window, call) : [];
    const toId = createSignalIds(connectorId, 'deploys');
    const originOf = ({ fromMetrics, id }: DeployEvent) =>
      fromMetrics === true ? versionOrigin : { queryId, url: links.toEvent(id) };
    const signals = withPrevious([...before.events, ...kept])
      .filter(({ event }) => event.timestampMs >= window.startMs)
      .map((one) => toDeploySignal(one, { connectorId, toId, originOf }));
    const cutGaps = isOpen ? cut.map((gap): Gap => ({ ...gap, missing: { count: 1, exact: false } })) : cut;
    const gaps = [...read.gaps, ...cutGaps, ...versions.gaps, ...before.gaps, ...unmapped];
    return { signals, gaps, provenance };
  }

  /** Where deploys told by versions come from; puts that query into the provenance. */
  function toVersionOrigin(versions: RoleQuery | undefined, window: TimeWindow, provenance: Provenance[]) {
    if (versions === undefined) return { queryId: '', url: '' };
    const text = toQueryText(versions);
    const queryId = toQueryId(connectorId, text, window);
    const url = links.toMetric(text, window);
    provenance.push({ queryId, language: 'datadog-metrics', text, window, url });
    return { queryId, url };
  }

  /** The newest events before the window, where they tell which version a deploy replaced. */
  async function eventsBefore(
    events: readonly DeployEvent[],
    target: Target,
    { startMs }: TimeWindow,
    call: CallContextV1,
  ): Promise<{ readonly events: readonly DeployEvent[]; readonly gaps: readonly Gap[] }> {
    const open = withPrevious(events).filter(
      ({ event, previous }) =>
        event.version !== undefined && previous === undefined && toldPrevious(event) === undefined,
    );
    const services = [...new Set(open.map(({ event }) => event.service))].slice(0, MAX_SERVICES);
    if (services.length === 0) return { events: [], gaps: [] };
    const text = toSearchText([...eventTerms({ ...target, service: undefined }, services), deployEvents]);
    const window = { startMs: startMs - HISTORY_BACK_MS, endMs: startMs };
    try {
      const asked = { text, window, newestFirst: true, limit: PAGE_SIZE };
      const { data } = await api.search('events', asked, call);
      const reader = createEventReader(window, target);
      return { events: (data ?? []).flatMap((item) => reader(item) ?? []).sort(byTime), gaps: [] };
    } catch (error) {
      if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
      const { window: _, ...gap } = toUnreadGap(error, window);
      return {
        events: [],
        gaps: [{ ...gap, detail: `which version ran before was not read: ${error.code}` }],
      };
    }
  }

  /** Nothing told of a deploy is an answer only where deploys are told at all. */
  async function unmappedGaps({ endMs }: TimeWindow, call: CallContextV1): Promise<Gap[]> {
    const window = { startMs: endMs - HISTORY_BACK_MS, endMs };
    try {
      const { data } = await api.search(
        'events',
        { text: deployEvents, window, newestFirst: true, limit: 1 },
        call,
      );
      if ((data ?? []).length > 0) return [];
    } catch (error) {
      if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
      return [];
    }
    return [
      {
        reason: 'unmapped-target',
        detail: 'no event of the last 30 days tells of a deploy: see `deployEvents`',
      },
    ];
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

const MAX_SERVICES = 20;
/** Between an event and the first requests, which come after it. */
const ROLLOUT_MS = 6 * 3_600_000;

/** Deploys of versions that no event tells of. */
function withoutKnown(
  onsets: readonly VersionOnset[],
  events: readonly DeployEvent[],
): readonly DeployEvent[] {
  const unknown = onsets.filter(
    ({ service, timestampMs, version }) =>
      !events.some(
        (event) =>
          event.service === service &&
          event.version === version &&
          Math.abs(event.timestampMs - timestampMs) <= ROLLOUT_MS,
      ),
  );
  return unknown.map(({ previousVersion, service, timestampMs, version }) => ({
    id: `version ${version}`,
    timestampMs,
    timeNs: `${BigInt(Math.floor(timestampMs)) * 1_000_000n}`,
    service,
    version,
    tags: new Map([['previous_version', previousVersion]]),
    title: `first requests of ${version}`,
    told: undefined,
    fromMetrics: true,
  }));
}

type EventTarget = { readonly [K in keyof Target]?: Target[K] | undefined };

/** Events tell their service by a tag, change events by the resources they touch. */
function eventTerms(
  { environment, namespace, cluster, service }: EventTarget,
  services?: readonly string[],
): string[] {
  const names = services ?? (service === undefined ? [] : [service]);
  const place = {
    ...(environment === undefined ? {} : { environment }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(cluster === undefined ? {} : { cluster }),
  };
  const told = names.flatMap((name) => [`service:${quote(name)}`, `@impacted_resources.name:${quote(name)}`]);
  return [...(told.length === 0 ? [] : [anyOf(told)]), ...targetTerms(place)];
}

function restOf(window: TimeWindow, events: readonly DeployEvent[], newestFirst: boolean): TimeWindow {
  const edge = events.at(-1)?.timestampMs;
  if (edge === undefined) return window;
  return newestFirst ? { ...window, endMs: Math.min(edge + 1, window.endMs) } : { ...window, startMs: edge };
}

function byTime(one: DeployEvent, other: DeployEvent): number {
  return one.timestampMs - other.timestampMs || (one.id < other.id ? -1 : 1);
}
