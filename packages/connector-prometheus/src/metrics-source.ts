import {
  type CallContextV1,
  ConnectorError,
  type Gap,
  type Provenance,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import * as z from 'zod';
import { lookAround, measureScrape } from './look-around.js';
import { toMetricSignals } from './metric-signals.js';
import type { Matrix, PrometheusApi } from './prometheus-api.js';
import { type QueryRange, toGlance, toQueryRange, toRateSeconds } from './query-range.js';
import { toNativeQuery } from './raw-queries.js';
import type { RoleQuery } from './role-query.js';
import { distinct, type Outcome, settleOutcomes } from './settle-outcomes.js';

type MetricsQuery = SignalQueryByKind['metrics'];

export interface MetricsSourceOptions {
  readonly connectorId: string;
  readonly api: PrometheusApi;
  readonly serviceLabel: string | undefined;
  readonly linkTo: ((promQl: string, range: QueryRange) => string) | undefined;
}

const MAX_ITEMS = 2000;

/** `native: { prometheus: { query: 'up == 0' } }`: any range query; its series come without a role. */
const nativeSchema = z.object({ query: z.string().min(1) });

/** Looks what the store has of the target, then asks for each role in one range query, a few roles in a shared one. */
export function createMetricsSource(options: MetricsSourceOptions): SignalSourceV1<'metrics'> {
  const { api, connectorId, linkTo, serviceLabel } = options;

  async function doQuery(query: MetricsQuery, call: CallContextV1): Promise<SignalBatchV1<'metrics'>> {
    const { target, window } = query;
    const range = toQueryRange(window, query.stepMs);
    const limit = Math.min(query.limit, MAX_ITEMS);
    const provenance = new Map<string, Provenance>();
    const record = (text: string, asked: QueryRange): string => {
      const queryId = toQueryId(connectorId, `${text} every ${asked.stepMs} ms`, asked);
      const link = linkTo === undefined ? {} : { url: linkTo(text, asked) };
      provenance.set(queryId, { queryId, language: 'promql', text, window, ...link });
      return queryId;
    };
    const ask = async (one: RoleQuery): Promise<Outcome> => {
      try {
        return { query: one, answer: await api.queryRange(one.text, range, limit + 1, call) };
      } catch (failure) {
        record(one.text, range);
        return { query: one, failure };
      }
    };
    const glance = (text: string): Promise<Matrix> => api.queryRange(text, toGlance(window), undefined, call);

    const gaps: Gap[] = [];
    const outcomes: Promise<Outcome>[] = [];
    const native = query.native?.[connectorId];
    if (native === undefined) {
      const seen = await lookAround(query, serviceLabel, glance);
      // They need no rate window, so they run while the scrape interval is measured.
      outcomes.push(...seen.plainQueries.map(ask));
      const scrape = await measureScrape(seen, range.stepMs, glance);
      outcomes.push(...seen.toRateQueries(toRateSeconds(range.stepMs, scrape.seconds)).map(ask));
      gaps.push(...seen.gaps(), ...scrape.gaps);
      if (outcomes.length === 0) {
        record(seen.text, toGlance(window));
        if (target.service !== undefined) gaps.push({ reason: 'unmapped-target', detail: seen.nothingToAsk });
      }
    } else {
      outcomes.push(ask(toNativeQuery(parseNative(native, connectorId))));
    }

    const settled = settleOutcomes(await Promise.all(outcomes), window);
    const mapped = toMetricSignals(settled.answered, {
      connectorId,
      window,
      service: target.service,
      record: (text) => record(text, range),
    });
    const cut = mapped.signals.length - limit;
    // The server's own `limit` may have cut more.
    const exact = !settled.gaps.some((gap) => gap.reason === 'row-limit');
    return {
      signals: mapped.signals.slice(0, limit).toSorted((a, b) => a.timestampMs - b.timestampMs),
      gaps: distinct([
        ...gaps,
        ...settled.gaps,
        ...mapped.gaps,
        ...(cut > 0 ? [{ reason: 'row-limit' as const, missing: { count: cut, exact } }] : []),
      ]),
      provenance: [...provenance.values()],
    };
  }

  return { limits: { maxItems: MAX_ITEMS }, doQuery };
}

function parseNative(native: unknown, connectorId: string): string {
  const parsed = nativeSchema.safeParse(native);
  if (parsed.success) return parsed.data.query;
  throw new ConnectorError({ code: 'bad-query', connectorId, message: '`native` must be { query: PromQL }' });
}
