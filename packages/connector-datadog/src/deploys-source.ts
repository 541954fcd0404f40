import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
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
import { anyOf, quote, targetTerms, toSearchText } from './search-text.js';
import type { SourceScope } from './source-scope.js';

type DeploysQuery = SignalQueryByKind['deploys'];

export interface DeploysSourceOptions extends SourceScope {
  readonly deployEvents: string;
}

const MAX_ITEMS = 999;
const PAGE_SIZE = 1000;
const MAX_PAGES = 3;
const DAY_MS = 24 * 3_600_000;
/** How far back the version before is looked for, and whether deploys are told here at all. */
const HISTORY_BACK_MS = 30 * DAY_MS;

/** Deploys and changes that somebody has told Datadog by an event. */
export function createDeploysSource(options: DeploysSourceOptions): SignalSourceV1<'deploys'> {
  const { api, connectorId, deployEvents, links } = options;

  async function doQuery(query: DeploysQuery, call: CallContextV1): Promise<SignalBatchV1<'deploys'>> {
    const { keep, target, window } = query;
    const limit = Math.min(query.limit, MAX_ITEMS);
    const text = toSearchText([...eventTerms(target), deployEvents]);
    const queryId = toQueryId(connectorId, text, window);
    const url = links.toSearch('events', text, window);
    const newestFirst = keep !== 'oldest';
    const read = await readPages(
      {
        api,
        product: 'events',
        text,
        window,
        newestFirst,
        pageSize: PAGE_SIZE,
        maxPages: MAX_PAGES,
        toItems: createEventReader(window, target),
      },
      (events) => events.length > limit,
      (events) => restOf(window, events, newestFirst),
      call,
    );
    const ascending = [...read.items].sort(byTime);
    const { signals: kept, gaps: cut } = keepWithinLimit(ascending, { ...query, limit });
    const isOpen = read.cursor !== undefined && cut.length > 0;
    const before = await eventsBefore(kept, target, window, call);
    const unmapped = kept.length === 0 && read.gaps.length === 0 ? await unmappedGaps(window, call) : [];
    const toId = createSignalIds(connectorId, 'deploys');
    const signals = withPrevious([...before.events, ...kept])
      .filter(({ event }) => event.timestampMs >= window.startMs)
      .map((one) => toDeploySignal(one, { connectorId, queryId, toId, linkTo: links.toEvent }));
    const cutGaps = isOpen ? cut.map((gap): Gap => ({ ...gap, missing: { count: 1, exact: false } })) : cut;
    return {
      signals,
      gaps: [...read.gaps, ...cutGaps, ...before.gaps, ...unmapped],
      provenance: [{ queryId, language: 'datadog-events', text, window, url }],
    };
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
