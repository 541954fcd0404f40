import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
} from '@midwatch/core';
import { toTraceId } from '@midwatch/core/otlp';
import type { AskEitherApi } from './either-api.js';
import { entryServices, type SearchPart, toSearchParts } from './search-parts.js';
import { type Answer, createSendRequest } from './sent-request.js';
import { inTurn, readSettled } from './settled-answers.js';
import { createTraceFilter, toTraceBatch } from './trace-batch.js';

type TraceQuery = SignalQueryByKind['traces'];
type TraceBatch = SignalBatchV1<'traces'>;

const MAX_ITEMS = 1000;
/** Each trace by its id is a request. */
const MAX_TRACE_IDS = 30;

/** Traces of Jaeger by search or by id. */
export function createTraceSource(
  connectorId: string,
  askEither: AskEitherApi,
  webUrl: string | undefined,
): SignalSourceV1<'traces'> {
  const send = createSendRequest(connectorId, askEither, webUrl);

  function search(part: SearchPart, query: TraceQuery, call: CallContextV1): Promise<Answer> {
    const { service, window, limit } = part;
    const onlyErrors = query.onlyErrors === true;
    // Cassandra refuses tags and a duration together; the duration is checked again in any case.
    const minDurationMs = onlyErrors ? undefined : query.minDurationMs;
    const { operation } = query.target;
    const wanted = { service, window, operation, onlyErrors, minDurationMs, depth: limit + 1 };
    const shown = { service, start: `${window.startMs}000`, end: `${window.endMs}000`, limit: String(limit) };
    const page = `/search?${new URLSearchParams(shown).toString()}`;
    return send(
      (api) => ({ path: api.searchPath, query: api.searchQuery(wanted) }),
      { window, limit, page },
      call,
    );
  }

  async function bySearch(query: TraceQuery, call: CallContextV1): Promise<TraceBatch> {
    const { service } = query.target;
    const known = service === undefined ? await askEither((api) => api.services(call)) : [service];
    const services = entryServices(known);
    const parts = toSearchParts(query, services);
    const ask = (part: SearchPart) => search(part, query, call);
    const settled =
      query.keep === 'oldest'
        ? await inTurn(parts, query.limit, ask)
        : await Promise.allSettled(parts.map(ask));
    const { answers, gaps } = readSettled(settled, parts);
    const nothing = gaps.length === 0 && answers.every(({ traces }) => traces.length === 0);
    if (service !== undefined && nothing) gaps.push(...(await unknownService(service, call)));
    if (services.length < known.length) {
      const missing = { count: known.length - services.length, exact: true };
      gaps.push({
        reason: 'unmapped-target',
        missing,
        detail: 'Jaeger searches by service: these were not searched',
      });
    }
    const batch = toTraceBatch(answers, query, createTraceFilter(query), webUrl);
    return { ...batch, gaps: [...gaps, ...batch.gaps] };
  }

  /** Nothing found for a service that the server has never heard of is no answer about that service. */
  async function unknownService(service: string, call: CallContextV1): Promise<Gap[]> {
    const services = await askEither((api) => api.services(call)).catch(
      (error: unknown): readonly string[] => {
        if (ConnectorError.is(error) && error.code !== 'aborted') return [];
        throw error;
      },
    );
    // Without a list nothing speaks against the name.
    if (services.length === 0 || services.includes(service)) return [];
    return [{ reason: 'unmapped-target', detail: 'Jaeger has no traces of a service with this name' }];
  }

  async function byIds(ids: readonly string[], query: TraceQuery, call: CallContextV1): Promise<TraceBatch> {
    const { window } = query;
    const unique = [...new Set(ids.flatMap((id) => toTraceId(id) ?? []))];
    const asked = unique.slice(0, Math.min(MAX_TRACE_IDS, query.limit));
    const settled = await Promise.allSettled(
      asked.map((traceId) =>
        send(
          (api) => ({ path: api.tracePath, pathParameters: { traceId }, query: api.traceQuery(window) }),
          { window, limit: 1, page: `/trace/${traceId}` },
          call,
        ),
      ),
    );
    const parts = asked.map(() => ({ window }));
    const { answers, gaps } = readSettled(settled, parts);
    const absent = answers.filter(({ traces }) => traces.length === 0).length;
    if (absent > 0) {
      const missing = { count: absent, exact: true };
      gaps.push({
        reason: 'sampled',
        missing,
        detail: 'not stored: sampled out, or older than what is kept',
      });
    }
    if (asked.length < unique.length) {
      const missing = { count: unique.length - asked.length, exact: true };
      gaps.push({ reason: 'budget', missing, detail: 'each trace by its id is a request' });
    }
    const batch = toTraceBatch(answers, query, () => true, webUrl);
    return { ...batch, gaps: [...gaps, ...batch.gaps] };
  }

  return {
    limits: { maxItems: MAX_ITEMS },
    doQuery: (query, call) => {
      const limited = { ...query, limit: Math.min(query.limit, MAX_ITEMS) };
      return query.traceIds === undefined ? bySearch(limited, call) : byIds(query.traceIds, limited, call);
    },
  };
}
