import type { SignalKind } from '@midwatch/core';
import { describe, expect, it } from 'vitest';
import { at, connect, window } from './__fixtures__/connect.js';
import { createFakeDatadog, eventItem, logItem, spanItem } from './__fixtures__/fake-datadog.js';

const products: Partial<Record<SignalKind, string>> = { logs: 'logs', traces: 'spans', deploys: 'events' };
const kinds = ['logs', 'traces', 'deploys'] as const;

const twoItems = {
  logs: [logItem('a', at(10)), logItem('b', at(20))],
  traces: [spanItem('1', '1', at(10)), spanItem('2', '2', at(20))],
  deploys: ['v1', 'v2'].map((version, index) =>
    eventItem(version, at(10 + 10 * index), ['service:checkout', `version:${version}`]),
  ),
};

/** Whatever is searched for, the same two items, and what the page says of the next. */
function repeating(kind: (typeof kinds)[number], cursorOf: (index: number) => string) {
  let index = 0;
  const honest = createFakeDatadog({});
  const path = `/api/v2/${products[kind]}/${kind === 'deploys' ? '' : 'events/'}search`;
  return connect((request) => {
    if (new URL(request.url).pathname !== path) return honest(request);
    const data = twoItems[kind].map(({ item }) => item);
    return Response.json({ data, meta: { page: { after: cursorOf(index++) } } });
  });
}

describe.each(kinds)('%s', (kind) => {
  it.each<[string, (index: number) => string]>([
    ['a page that names itself as the next', () => 'same'],
    ['a page that comes again with a new cursor', (index) => `next-${index}`],
  ])('%s ends the reading: nothing comes twice, and a gap tells', async (_, cursorOf) => {
    const { [kind]: ask } = repeating(kind, cursorOf);
    const { gaps, signals } = await ask();
    expect(signals.map(({ timestampMs }) => timestampMs)).toEqual([at(10), at(20)]);
    expect(gaps.map(({ reason }) => reason)).toContain('page-failure');
  });

  it('small pages are read to their end', async () => {
    const stored = {
      logs: Array.from({ length: 8 }, (_, index) => logItem(`l${index}`, at(index))),
      spans: Array.from({ length: 8 }, (_, index) => spanItem(`${index + 1}`, `${index + 1}`, at(index))),
      events: Array.from({ length: 8 }, (_, index) =>
        eventItem(`e${index}`, at(index), ['service:checkout', `version:v${index}`]),
      ),
    };
    const { [kind]: ask } = connect(createFakeDatadog({ ...stored, pageSize: 3 }));
    const { gaps, signals } = await ask();
    expect([signals.length, gaps]).toEqual([8, []]);
  });
});

it('logs spread over the window: pages that come again do not count as lines', async () => {
  const { gaps, signals } = await repeating('logs', (index) => `next-${index}`).logs({ keep: 'spread' });
  expect(signals).toHaveLength(2);
  expect(gaps.map(({ reason }) => reason)).toContain('page-failure');
});

describe('names of metrics', () => {
  const queue = 'rabbitmq.queue.messages';
  const roles = ['queue.depth' as const];
  const series = () => ({
    series: [{ group_tags: ['service:checkout'], query_index: 0, unit: null }],
    times: [window.startMs],
    values: [[1]],
  });
  function answering(answer: (cursor: string | null, index: number) => Response) {
    let index = 0;
    const honest = createFakeDatadog({ series });
    return connect((request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname !== '/api/v2/metrics') return honest(request);
      // Those by workload have their own pages.
      if (searchParams.get('filter[tags]')?.startsWith('kube') === true) return Response.json({ data: [] });
      return answer(searchParams.get('page[cursor]'), index++);
    });
  }
  const names = (ids: readonly string[], next: string | null) =>
    Response.json({
      data: ids.map((id) => ({ type: 'metrics', id })),
      meta: { pagination: { next_cursor: next } },
    });

  it('are read until the cursor is absent, also after a short page', async () => {
    const metrics = ['one.metric', 'other.metric', queue];
    const { metrics: ask } = connect(createFakeDatadog({ metrics, pageSize: 1, series }));
    const { gaps, signals } = await ask({ roles });
    expect([signals.length, gaps]).toEqual([1, []]);
  });

  it.each<[string, (cursor: string | null, index: number) => Response, string]>([
    ['a cursor that comes again', () => names([queue], 'same'), 'page-failure'],
    ['more pages than are read', (_, index) => names([queue], `next-${index}`), 'row-limit'],
    [
      'a later page that fails',
      (cursor) => (cursor === null ? names([queue], 'next') : Response.json({}, { status: 503 })),
      'page-failure',
    ],
  ])('%s: what was read, with a gap', async (_, answer, reason) => {
    const { gaps, signals } = await answering(answer).metrics({ roles });
    expect([signals.length, gaps.map((gap) => gap.reason)]).toEqual([1, [reason]]);
  });

  it('the first page that fails is an error', async () => {
    const { metrics } = answering(() => Response.json({}, { status: 503 }));
    await expect(metrics({ roles })).rejects.toMatchObject({ code: 'unavailable' });
  });
});
