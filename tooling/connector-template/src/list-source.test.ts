import { ConnectorError, type ConnectorErrorCode } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createCall, window } from './__fixtures__/recorded-answer.js';
import { placeMoment } from './ask-target.js';
import { createListSource, type ListSourceOptions } from './list-source.js';
import { allowedRequests, type ListPath, type Page } from './template-api.js';

const itemSchema = z.object({ id: z.string(), at: z.number(), title: z.string().optional() });
const path = allowedRequests[0]?.path as ListPath;

/** A source over pages that the test makes up. */
function createSource(
  readPage: (from: number) => Promise<Page>,
  services = ['checkout'],
  more: Pick<ListSourceOptions<'incidents', z.infer<typeof itemSchema>>, 'readDetail'> = {},
) {
  return createListSource<'incidents', z.infer<typeof itemSchema>>({
    connectorId: 'template',
    api: {
      readPage: (_, { from }) => readPage(Number(from)),
      readServices: async () => ({ services, version: undefined }),
    },
    kind: 'incidents',
    path,
    linkTo: undefined,
    schema: itemSchema,
    place: placeMoment,
    ask: ({ target }) => ({ parameters: { service: target.service }, unsupported: [] }),
    toSignal: ({ title = 'x' }, origin) => ({ ...origin, title, reason: 'x', state: 'firing' }),
    ...more,
  });
}

const call = createCall(() => Promise.reject(new TypeError('nothing is sent')));
const query = { window, target: { service: 'checkout' }, limit: 4, keep: 'newest' } as const;
const at = (id: string, atMs: number) => ({ id, at: atMs });

it('keeps to the half-open window, whose end the vendor counts in', async () => {
  const items = [at('end', window.endMs), at('start', window.startMs), at('before', window.startMs - 1)];
  const { gaps, signals } = await createSource(async () => ({ items, next: undefined })).doQuery(query, call);
  expect(signals.map(({ timestampMs }) => timestampMs)).toEqual([window.startMs]);
  expect(gaps).toEqual([]);
});

it('tells a service that the vendor does not know from one without findings', async () => {
  const nothing = async () => ({ items: [], next: undefined });
  expect((await createSource(nothing).doQuery(query, call)).gaps).toEqual([]);
  expect((await createSource(nothing, ['stock']).doQuery(query, call)).gaps).toEqual([
    { reason: 'unmapped-target' },
  ]);
});

it('reads each part of the window when asked for a spread, and loses only the part that fails', async () => {
  const source = createSource(async (from) => {
    if (from === window.startMs) throw new TypeError('a mistake of ours is never hidden');
    return { items: [at(`i${from}`, from)], next: undefined };
  });
  await expect(source.doQuery({ ...query, keep: 'spread' }, call)).rejects.toThrow(TypeError);

  const failing = createSource(async (from) => {
    const message = 'HTTP 503';
    if (from === window.startMs)
      throw new ConnectorError({ code: 'unavailable', connectorId: 'template', message });
    return { items: [at(`i${from}`, from)], next: undefined };
  });
  const { gaps, provenance, signals } = await failing.doQuery({ ...query, keep: 'spread' }, call);
  expect(signals).toHaveLength(3);
  expect(provenance).toHaveLength(3);
  expect(gaps).toEqual([
    { reason: 'page-failure', window: { startMs: window.startMs, endMs: window.startMs + 75_000 } },
  ]);
});

it('keeps the asked end of a list that the vendor does not sort', async () => {
  const { startMs } = window;
  const items = [3, 1, 2, 0].map((second) => at(`i${second}`, startMs + second * 1000));
  const source = createSource(async () => ({ items, next: undefined }));
  const { gaps, signals } = await source.doQuery({ ...query, keep: 'oldest', limit: 2 }, call);
  expect(signals.map(({ timestampMs }) => timestampMs - startMs)).toEqual([0, 1000]);
  expect(gaps).toMatchObject([{ reason: 'row-limit', missing: { count: 2 } }]);
});

describe('details, of which each takes a request', () => {
  const items = Array.from({ length: 14 }, (_, index) => at(`i${index}`, window.startMs + index * 1000));
  const all = { ...query, limit: 20 } as const;

  async function ask(keep: 'newest' | 'oldest', fail: (id: string) => ConnectorErrorCode | undefined) {
    const readDetail = async (item: z.infer<typeof itemSchema>) => {
      const code = fail(item.id);
      if (code !== undefined) throw new ConnectorError({ code, connectorId: 'template', message: 'x' });
      return { ...item, title: 'whole' };
    };
    const source = createSource(async () => ({ items, next: undefined }), ['checkout'], { readDetail });
    const { gaps, signals } = await source.doQuery({ ...all, keep }, call);
    return {
      gaps,
      whole: signals.flatMap(({ title }, index) => (title === 'whole' ? [index] : [])),
      signals,
    };
  }

  it.each([
    ['newest', [4, 5, 6, 7, 8, 9, 10, 11, 12, 13]],
    ['oldest', [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]],
  ] as const)('are read of the ten that %s prefers; the others stay without', async (keep, expected) => {
    const { gaps, signals, whole } = await ask(keep, () => undefined);
    expect(signals).toHaveLength(14);
    expect(whole).toEqual(expected);
    expect(gaps).toMatchObject([{ reason: 'budget', missing: { count: 4, exact: true } }]);
  });

  it('that fail leave the item, and an abort ends the query', async () => {
    const { gaps, signals } = await ask('newest', (id) => (id === 'i13' ? 'timeout' : undefined));
    expect(signals).toHaveLength(14);
    expect(gaps.map(({ reason }) => reason)).toEqual(['deadline', 'budget']);
    await expect(ask('newest', () => 'aborted')).rejects.toMatchObject({ code: 'aborted' });
  });
});
