import {
  ConnectorError,
  type ConnectorV1,
  createSignalIds,
  type Gap,
  type LogSignal,
  toQueryId,
} from '@midwatch/core';
import { createHttpClient } from '@midwatch/core/http';
import * as z from 'zod';
import type { ConformanceBackend, HttpConformanceOptions } from '../subject.js';
import { carelessFetch } from './careless-fetch.js';
import { isTakenForEmpty, misread } from './misread-error.js';
import type { Mistake } from './planted-mistakes.js';

const PAGE = 4;
const itemSchema = z.object({ t: z.number(), text: z.string() });
const pageSchema = z.object({
  items: z.array(z.unknown()),
  next: z.number().nullish(),
  isKnown: z.boolean().nullish(),
});

/** A vendor with pages of four, a query language with quotes, and times in milliseconds. */
export const exampleBackend: ConformanceBackend = ({ count, window, service, pageSize = PAGE }) => {
  const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
  const items = Array.from({ length: count }, (_, index) => ({
    t: window.startMs + Math.floor(index * stepMs),
    text: `line ${index} of ${service}`,
  }));
  return async (request) => {
    const url = new URL(request.url);
    if (url.pathname.endsWith('/health')) return Response.json({ ok: true });
    const number = (name: string) => Number(url.searchParams.get(name));
    const found = items.filter(({ t }) => t >= number('from') && t < number('to'));
    const order = url.searchParams.get('order');
    if (order === 'newest') found.reverse();
    const isKnown = url.searchParams.get('q')?.includes(JSON.stringify(service)) === true;
    const limit = isKnown ? Math.min(found.length, number('limit')) : 0;
    const chosen = Array.from({ length: limit }, (_, index) =>
      order === 'spread' ? found[Math.floor((index * found.length) / limit)] : found[index],
    );
    const offset = number('offset');
    const end = Math.min(offset + pageSize, limit);
    return Response.json({ items: chosen.slice(offset, end), next: end < limit ? end : null, isKnown });
  };
};

/** A small honest adapter, and the places where a fault can be planted in it. */
export function createExampleConnector(
  input: Parameters<HttpConformanceOptions['create']>[0],
  mistake?: Mistake,
): ConnectorV1 {
  const has = (name: Mistake) => mistake === name;
  const id = 'example';
  let counter = 0;
  let memory: LogSignal[] | undefined;
  let failure: unknown;
  const client = createHttpClient({
    connectorId: id,
    baseUrl: has('drops-the-prefix') ? new URL(input.baseUrl).origin : input.baseUrl,
    token: input.token,
    userAgent: has('no-user-agent') ? '' : 'midwatch-connector-example/1.0.0',
    fetch: carelessFetch(input.fetch, mistake),
    allow: [
      { method: 'GET', path: '/items' },
      { method: 'GET', path: '/health' },
    ],
    ...(has('reads-without-a-cap') ? { maxBodyBytes: 1024 ** 3 } : {}),
  });
  if (has('works-on-creation')) void input.fetch(`${input.baseUrl}/health`).catch(() => undefined);

  const logs: NonNullable<ConnectorV1['sources']['logs']> = {
    limits: { maxItems: 1000 },
    async doQuery(query, call) {
      const { window, limit, keep, target } = query;
      if (has('mutates-the-query')) (query as { limit: number }).limit = 1;
      if (has('remembers-a-failure') && failure !== undefined) throw failure;
      const service = target.service ?? '';
      const text = has('unquoted-service') ? `service="${service}"` : `service=${JSON.stringify(service)}`;
      const queryId = toQueryId(id, text, window);
      const wanted = has('asks-for-the-limit-only') ? limit : limit + 1;
      const items: z.infer<typeof itemSchema>[] = [];
      let invalid = 0;
      const gaps: Gap[] = [];
      let offset = 0;
      const inner = has('waits-past-the-deadline')
        ? { ...call, deadlineAtMs: Date.now() + 60_000 }
        : has('ignores-an-earlier-abort')
          ? { ...call, signal: new AbortController().signal }
          : call;
      for (let page = 0; page < (has('pages-for-ever') ? 10_000 : 50); page++) {
        try {
          const { body } = await client.request(
            {
              method: 'GET',
              path: '/items',
              query: {
                q: text,
                from: window.startMs,
                to: has('ignores-the-window-end') ? window.endMs + 3_600_000 : window.endMs,
                limit: wanted,
                offset,
                order: has('ignores-keep')
                  ? 'oldest'
                  : keep === 'spread' && has('spread-is-newest')
                    ? 'newest'
                    : keep,
                ...(has('token-in-the-address') ? { token: input.token } : {}),
              },
              schema: has('strict-schema') ? z.strictObject(pageSchema.shape) : pageSchema,
            },
            inner,
          );
          const isRepeated = typeof body.next === 'number' && body.next <= offset;
          if (isRepeated && !has('pages-for-ever') && !has('follows-a-repeated-cursor')) {
            if (!has('repeated-cursor-is-the-end')) gaps.push({ reason: 'page-failure' });
            break;
          }
          for (const value of body.items) {
            const parsed = itemSchema.safeParse(value);
            if (parsed.success) items.push(parsed.data);
            else invalid += 1;
          }
          if (body.isKnown === false && !has('unknown-service-is-quiet'))
            gaps.push({ reason: 'unmapped-target' });
          if (typeof body.next !== 'number' || (items.length >= wanted && !has('pages-for-ever'))) break;
          offset = body.next;
        } catch (error) {
          if (has('retries-by-itself') && page === 0) {
            await input.fetch(`${input.baseUrl}/items?q=again`).catch(() => undefined);
            await input.fetch(`${input.baseUrl}/items?q=again`).catch(() => undefined);
          }
          const isAnswered = has('later-abort-is-an-answer') || (ConnectorError.is(error) && error.code !== 'aborted');
          if (page > 0 && ConnectorError.is(error) && isAnswered) {
            const silent =
              has('second-page-fails-silently') || (has('hanging-page-is-the-end') && error.code === 'timeout');
            if (!silent) gaps.push({ reason: 'page-failure' });
            break;
          }
          failure = error;
          throw misread(error, { mistake, token: input.token, reason: call.signal.reason });
        }
      }
      if (items.length === 0 && invalid > 0) {
        throw new ConnectorError({ code: 'bad-response', connectorId: id, message: 'no item is one' });
      }
      if (invalid > 0 && !has('invalid-items-vanish')) {
        gaps.push({ reason: 'invalid-item', missing: { count: invalid, exact: true } });
      }
      const cut = items.length > limit;
      const declared = has('cut-without-need-declared') ? items.length >= limit : cut;
      if (declared && !has('says-nothing-about-a-cut')) {
        gaps.push({ reason: 'row-limit', missing: { count: 1, exact: false } });
      }
      if (items.length === 0 && has('empty-becomes-a-gap')) gaps.push({ reason: 'retention' });
      const toId = createSignalIds(id, 'logs');
      const signals = items
        .slice(0, limit)
        .sort((one, other) => (has('descending-order') ? other.t - one.t : one.t - other.t))
        .map(
          (item): LogSignal => ({
            kind: 'logs',
            id: has('ids-from-a-counter')
              ? `n${++counter}-${performance.now()}`
              : has('one-id-for-all')
                ? 'x'
                : toId(String(item.t), item.text),
            timestampMs: has('wrong-kind-of-time') ? item.t / 1000 : item.t,
            timeUnixNano: `${item.t}000000`,
            connectorId: has('wrong-connector-id') ? 'other' : id,
            queryId: has('query-id-unknown') ? 'q-other' : queryId,
            ...(has('relative-link') ? { url: '/logs/1' } : {}),
            ...(has('token-in-a-link') ? { url: `https://vendor.example/?t=${input.token}` } : {}),
            body: item.text,
            attributes: {},
          }),
        );
      if (has('remembers-the-last-answer')) memory ??= signals;
      const empty = has('no-provenance-when-empty') && signals.length === 0;
      return {
        signals: memory ?? signals,
        gaps,
        provenance: empty ? [] : [{ queryId, language: 'example', text, window }],
      };
    },
  };
  const source = {
    ...logs,
    doQuery: async (...[query, call]: Parameters<typeof logs.doQuery>) => {
      try {
        return await logs.doQuery(query, call);
      } catch (error) {
        const quiet = error === undefined || (ConnectorError.is(error) && isTakenForEmpty(error, mistake));
        if (!quiet) throw error;
        const gaps: Gap[] = has('gap-with-the-body') ? [{ reason: 'page-failure', detail: input.token }] : [];
        return { signals: [], gaps, provenance: [] };
      }
    },
  };

  return {
    specVersion: 'v1',
    id,
    sources: { logs: source },
    async checkHealth(call) {
      if (has('health-always-healthy')) return { state: 'healthy' };
      const inner = has('health-ignores-abort') ? { ...call, signal: new AbortController().signal } : call;
      try {
        await client.request(
          { method: 'GET', path: '/health', schema: z.object({ ok: z.boolean() }) },
          inner,
        );
        return { state: 'healthy' };
      } catch (error) {
        if (has('health-rejects') || (ConnectorError.is(error) && error.code === 'aborted')) throw error;
        return { state: 'unhealthy' };
      }
    },
  };
}

