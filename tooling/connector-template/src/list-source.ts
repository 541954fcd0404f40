import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalByKind,
  type SignalKind,
  type SignalQuery,
  type SignalQueryByKind,
  type SignalSourceV1,
  type Target,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import type { QueryParameters } from '@midwatch/core/http';
import type * as z from 'zod';
import { type DetailedItems, readDetails } from './read-details.js';
import { toGaps, toLostGap } from './read-gaps.js';
import { type ReadItems, readPages } from './read-pages.js';
import type { ListPath, TemplateApi } from './template-api.js';
import { type TimeSlice, toTimeSlices } from './time-slices.js';

const MAX_ITEMS = 2000;

/** What is asked of the vendor for one query. */
export interface Asked {
  /** `undefined`: there is nothing that it could be asked. */
  readonly parameters: QueryParameters | undefined;
  /** The filters of the query that the vendor does not have. */
  readonly unsupported: readonly string[];
}

/** What the sources of one connector share. */
export interface SourceInput {
  readonly connectorId: string;
  readonly api: TemplateApi;
  /** Opens a query in a page that people can reach. */
  readonly linkTo: ((path: ListPath, parameters: QueryParameters, window: TimeWindow) => string) | undefined;
}

/** An item of a list, at its time. */
export interface Placed<Item> {
  readonly item: Item;
  readonly atMs: number;
}

/** What all signals have in common. */
export type SignalOrigin<K extends SignalKind> = { readonly kind: K } & Pick<
  SignalByKind[K],
  'id' | 'timestampMs' | 'timeUnixNano' | 'connectorId' | 'queryId'
>;

/** How one kind is read from one list. */
export interface ListSourceOptions<K extends SignalKind, Item> extends SourceInput {
  readonly kind: K;
  readonly path: ListPath;
  readonly schema: z.ZodType<Item>;
  readonly ask: (query: SignalQueryByKind[K]) => Asked;
  /** Its time, cut to the window where it is longer than a moment; `undefined`: it is not about what was asked. */
  readonly place: (item: Item, window: TimeWindow, target: Target) => Placed<Item> | undefined;
  /** For a vendor whose lists lack something: asks for the one item, and gives it whole. */
  readonly readDetail?: (item: Item, call: CallContextV1) => Promise<Item>;
  readonly toSignal: (item: Item, origin: SignalOrigin<K>) => SignalByKind[K];
}

interface Part<Item> extends ReadItems<Placed<Item>> {
  readonly slice: TimeSlice;
  readonly provenance: Provenance;
}

/** An item that survived the cut, with the query that brought it. */
type Kept<Item> = Placed<Item> & { readonly queryId: string };

/** A source that reads a list: slices, pages, cuts and gaps are the same for every kind. */
export function createListSource<K extends SignalKind, Item extends { readonly id: string }>(
  options: ListSourceOptions<K, Item>,
): SignalSourceV1<K> {
  const { api, connectorId, kind, path } = options;

  async function doQuery(query: SignalQueryByKind[K], call: CallContextV1): Promise<SignalBatchV1<K>> {
    const { parameters, unsupported } = options.ask(query);
    const unasked = unsupported.map((name): Gap => ({ reason: 'unsupported-filter', detail: name }));
    if (parameters === undefined) return { signals: [], gaps: unasked, provenance: [] };
    // A series is as long as the window: cut in parts it would be several.
    const slices = kind === 'metrics' ? [{ window: query.window, limit: query.limit }] : toTimeSlices(query);
    const order = query.keep === 'oldest' ? 'asc' : 'desc';
    const settled = await Promise.allSettled(
      slices.map((slice) => readSlice(slice, { ...parameters, order }, query.target, call)),
    );
    const parts = settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    const lost = settled.flatMap((result, index) => {
      const slice = slices[index];
      return result.status === 'fulfilled' || slice === undefined ? [] : [{ error: result.reason, slice }];
    });
    const fatal = lost.find(({ error }) => !ConnectorError.is(error) || error.code === 'aborted');
    if (fatal !== undefined) throw fatal.error;
    if (parts.length === 0) throw lost[0]?.error;

    const detailed = await withDetails(toKept(parts), query.keep, call);
    const signals = toSignals(detailed.items);
    const gaps = [
      ...unasked,
      ...parts.flatMap((part) => toGaps(part, part.slice, query.keep)),
      ...detailed.gaps,
      ...lost.map(({ error, slice }) => toLostGap(error, slice)),
    ];
    const unknown =
      signals.length === 0 && gaps.length === 0 ? await unmapped(query.target.service, call) : [];
    return { signals, gaps: [...gaps, ...unknown], provenance: parts.map(({ provenance }) => provenance) };
  }

  async function readSlice(
    slice: TimeSlice,
    parameters: QueryParameters,
    target: Target,
    call: CallContextV1,
  ): Promise<Part<Item>> {
    const { limit, window } = slice;
    const text = `GET ${path}?${toQueryText(parameters)}`;
    const url = options.linkTo?.(path, parameters, window);
    const read = await readPages(
      // One more than asked: the only way to tell "that was all" from "there is more".
      limit + 1,
      (cursor, pageSize) => {
        const page = { from: window.startMs, to: window.endMs, limit: pageSize, cursor };
        return api.readPage(path, { ...parameters, ...page }, call);
      },
      (value) => parseItem(value, window, target),
    );
    const provenance = { queryId: toQueryId(connectorId, text, window), language: 'http', text, window };
    // As the vendor should have sorted them: the end that was asked for survives the cut.
    const sign = parameters['order'] === 'asc' ? 1 : -1;
    const items = read.items.toSorted((one, other) => sign * (one.atMs - other.atMs));
    return { ...read, items, slice, provenance: url === undefined ? provenance : { ...provenance, url } };
  }

  function parseItem(
    value: unknown,
    window: TimeWindow,
    target: Target,
  ): (Placed<Item> & { id: string }) | 'outside' | 'invalid' {
    const parsed = options.schema.safeParse(value);
    if (!parsed.success) return 'invalid';
    const placed = options.place(parsed.data, window, target);
    // The vendor's window has both its ends, ours is half-open.
    if (placed === undefined || placed.atMs < window.startMs || placed.atMs >= window.endMs) return 'outside';
    return { ...placed, id: parsed.data.id };
  }

  /** The items that `keep` prefers have their details read first. */
  async function withDetails(
    kept: readonly Kept<Item>[],
    keep: SignalQuery['keep'],
    call: CallContextV1,
  ): Promise<DetailedItems<Kept<Item>>> {
    const { readDetail } = options;
    if (readDetail === undefined) return { items: kept, gaps: [] };
    const sign = keep === 'oldest' ? 1 : -1;
    const wanted = kept.toSorted((one, other) => sign * (one.atMs - other.atMs));
    return readDetails(wanted, async (one) => ({ ...one, item: await readDetail(one.item, call) }));
  }

  function toSignals(kept: readonly Kept<Item>[]): SignalByKind[K][] {
    const toId = createSignalIds(connectorId, kind);
    return kept
      .map(({ atMs, item, queryId }) => {
        const timestampMs = Math.trunc(atMs);
        const times = { timestampMs, timeUnixNano: `${timestampMs}000000` };
        return options.toSignal(item, { kind, id: toId(item.id), ...times, connectorId, queryId });
      })
      .sort((one, other) => one.timestampMs - other.timestampMs);
  }

  /** A service that the vendor has never heard of is no service without findings. */
  async function unmapped(service: string | undefined, call: CallContextV1): Promise<readonly Gap[]> {
    if (service === undefined) return [];
    const { services } = await api.readServices(call);
    return services.includes(service) ? [] : [{ reason: 'unmapped-target' }];
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

function toKept<Item>(parts: readonly Part<Item>[]): readonly Kept<Item>[] {
  return parts.flatMap(({ items, provenance: { queryId }, slice }) =>
    items.slice(0, slice.limit).map((placed) => ({ ...placed, queryId })),
  );
}

/** What a person sends to ask again; times stand in the provenance's window. */
function toQueryText(parameters: QueryParameters): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== undefined);
  return new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}
