import {
  ConnectorError,
  type ConnectorV1,
  createSignalIds,
  type Gap,
  type LogSignal,
  toQueryId,
} from '@midwatch/core';
import { createHttpClient } from '@midwatch/core/http';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { conformanceRuns } from './connector-conformance.js';
import type { ConformanceBackend, HttpConformanceOptions } from './subject.js';

/** Mistakes seen in real adapters, planted one at a time below. */
const plantedFaults = [
  'asks-for-the-limit-only',
  'says-nothing-about-a-cut',
  'cut-without-need-declared',
  'empty-becomes-a-gap',
  'ignores-the-window-end',
  'ignores-keep',
  'descending-order',
  'ids-from-a-counter',
  'one-id-for-all',
  'query-id-unknown',
  'no-provenance-when-empty',
  'wrong-connector-id',
  'wrong-kind-of-time',
  'mutates-the-query',
  'works-on-creation',
  'ignores-an-earlier-abort',
  'throws-the-abort-reason',
  'waits-past-the-deadline',
  'retries-by-itself',
  'body-in-the-error',
  'token-in-the-address',
  'token-in-the-error',
  'status-500-is-empty',
  'status-401-is-unavailable',
  'bare-error',
  'html-is-empty',
  'drops-the-prefix',
  'no-user-agent',
  'remembers-a-failure',
  'remembers-the-last-answer',
  'strict-schema',
  'unquoted-service',
  'second-page-fails-silently',
  'pages-for-ever',
  'relative-link',
  'token-in-a-link',
  'health-rejects',
  'health-ignores-abort',
  'health-always-healthy',
  'reads-without-a-cap',
  'retry-after-lost',
] as const;
type Fault = (typeof plantedFaults)[number];

const PAGE = 4;
const pageSchema = z.object({
  items: z.array(z.object({ t: z.number(), text: z.string() })),
  next: z.number().nullish(),
});

/** A vendor with pages of four, a query language with quotes, and times in milliseconds. */
const backend: ConformanceBackend = ({ count, window, service }) => {
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
    if (url.searchParams.get('order') === 'newest') found.reverse();
    const offset = number('offset');
    const end = Math.min(offset + PAGE, number('limit'));
    return Response.json({
      items: found.slice(offset, end),
      next: end < Math.min(found.length, number('limit')) ? end : null,
    });
  };
};

/** A small honest adapter, and the places where a fault can be planted in it. */
function createExampleConnector(
  input: Parameters<HttpConformanceOptions['create']>[0],
  fault?: Fault,
): ConnectorV1 {
  const has = (name: Fault) => fault === name;
  const id = 'example';
  let counter = 0;
  let memory: LogSignal[] | undefined;
  let failure: unknown;
  const client = createHttpClient({
    connectorId: id,
    baseUrl: has('drops-the-prefix') ? new URL(input.baseUrl).origin : input.baseUrl,
    token: input.token,
    userAgent: has('no-user-agent') ? '' : 'midwatch-connector-example/1.0.0',
    fetch: input.fetch,
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
      const items: z.infer<typeof pageSchema>['items'] = [];
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
                order: keep === 'oldest' || has('ignores-keep') ? 'oldest' : 'newest',
                ...(has('token-in-the-address') ? { token: input.token } : {}),
              },
              schema: has('strict-schema') ? z.strictObject(pageSchema.shape) : pageSchema,
            },
            inner,
          );
          items.push(...body.items);
          if (typeof body.next !== 'number' || items.length >= wanted) {
            if (!has('pages-for-ever') || typeof body.next !== 'number') break;
          }
          offset = body.next;
        } catch (error) {
          if (has('retries-by-itself') && page === 0) {
            await input.fetch(`${input.baseUrl}/items?q=again`).catch(() => undefined);
            await input.fetch(`${input.baseUrl}/items?q=again`).catch(() => undefined);
          }
          if (page > 0 && ConnectorError.is(error) && error.code !== 'aborted') {
            if (!has('second-page-fails-silently')) gaps.push({ reason: 'page-failure' });
            break;
          }
          failure = error;
          throw translate(error);
        }
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

      function translate(error: unknown): unknown {
        if (!ConnectorError.is(error)) return error;
        const { code, status, connectorId } = error;
        if (has('bare-error')) return new Error('something went wrong');
        if (has('throws-the-abort-reason') && code === 'aborted') return call.signal.reason;
        if (has('retry-after-lost')) return new ConnectorError({ code, connectorId, message: 'failed' });
        if (has('status-401-is-unavailable') && code === 'auth') {
          return new ConnectorError({ code: 'unavailable', connectorId, message: 'failed' });
        }
        if (has('body-in-the-error')) {
          return new ConnectorError({ code, connectorId, message: 'vendor-body-text SECRET-IN-BODY' });
        }
        if (has('token-in-the-error')) {
          return new ConnectorError({ code, connectorId, message: 'failed', cause: new Error(input.token) });
        }
        if (has('status-500-is-empty') && status === 500) return undefined;
        return error;
      }
    },
  };
  const source = {
    ...logs,
    doQuery: async (...[query, call]: Parameters<typeof logs.doQuery>) => {
      try {
        return await logs.doQuery(query, call);
      } catch (error) {
        const quiet =
          error === undefined ||
          (has('html-is-empty') && ConnectorError.is(error) && error.code === 'bad-response');
        if (!quiet) throw error;
        return { signals: [], gaps: [], provenance: [] };
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

async function failingChecks(fault?: Fault): Promise<readonly string[]> {
  const runs = await conformanceRuns({
    name: 'example',
    create: (input) => createExampleConnector(input, fault),
    backend,
  });
  const failed: string[] = [];
  for (const { id, run } of runs) {
    try {
      await run();
    } catch (error) {
      failed.push(`${id}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return failed;
}

describe('the suite itself', () => {
  it('passes an honest adapter', async () => {
    expect(await failingChecks()).toEqual([]);
  });

  it.each(plantedFaults)('catches: %s', async (fault) => {
    expect(await failingChecks(fault)).not.toEqual([]);
  });

  it('refuses to skip a check that does not exist, or without a sentence', async () => {
    const options = { name: 'example', create: createExampleConnector, backend };
    await expect(
      conformanceRuns({ ...options, skip: { 'no-such-check': 'a long enough sentence' } }),
    ).rejects.toThrow('no-such-check');
    await expect(conformanceRuns({ ...options, skip: { 'batch-ids': 'no' } })).rejects.toThrow('sentence');
  });
});
