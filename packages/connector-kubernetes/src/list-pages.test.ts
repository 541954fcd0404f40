import { describe, expect, it } from 'vitest';
import { ask, at, pod, serve, status } from './__fixtures__/cluster.js';

const crashed = (name: string) =>
  pod(name, {
    containerStatuses: [
      { name: 'orders', state: { terminated: { reason: 'Error', exitCode: 1, finishedAt: at(9) } } },
    ],
  });
const page = (names: readonly string[], next?: string, remainingItemCount?: number) =>
  Response.json({
    items: names.map((name) => crashed(`orders-6d4f5c7b9-${name}`)),
    metadata: { continue: next, remainingItemCount },
  });

/** Pods page by page, by the tokens that were sent. */
async function pods(...pages: (() => Response)[]) {
  let next = 0;
  const server = serve({ '/pods': () => (pages[next++] ?? (() => page([])))() });
  const batch = await ask(server, 'incidents');
  const asked = server.asked.filter((path) => path.includes('/pods'));
  return { ...batch, tokens: asked.map((path) => /continue=([^&]*)/.exec(path)?.[1]) };
}

describe('lists', () => {
  it('are read to their end by their tokens', async () => {
    const { signals, gaps, tokens } = await pods(
      () => page(['aaaa1'], 'A'),
      () => page(['aaaa2'], 'B'),
      () => page(['aaaa3']),
    );
    expect([signals.length, gaps, tokens]).toEqual([3, [], [undefined, 'A', 'B']]);
  });

  it('whose token expired go on with the one that came with the 410', async () => {
    const expired = () => status(410, 'Expired', { metadata: { continue: 'FRESH' } });
    const { signals, gaps, tokens } = await pods(
      () => page(['aaaa1'], 'OLD'),
      expired,
      () => page(['aaaa1', 'aaaa2']),
    );
    expect([signals.length, gaps, tokens]).toEqual([2, [], [undefined, 'OLD', 'FRESH']]);
  });

  it('without such a token begin again, once, and then say what is missing', async () => {
    const expired = () => status(410, 'Expired');
    const again = await pods(
      () => page(['aaaa1'], 'OLD'),
      expired,
      () => page(['aaaa1', 'aaaa2']),
    );
    expect([again.signals.length, again.gaps, again.tokens]).toEqual([2, [], [undefined, 'OLD', undefined]]);
    const twice = await pods(
      () => page(['aaaa1'], 'OLD'),
      expired,
      () => page(['aaaa1'], 'OLD'),
      expired,
    );
    expect(twice.signals).toHaveLength(1);
    expect(twice.gaps).toMatchObject([{ reason: 'page-failure' }]);
  });

  it('of which a later page fails keep what was read', async () => {
    const { signals, gaps } = await pods(
      () => page(['aaaa1'], 'A'),
      () => status(500, 'InternalError'),
    );
    expect(signals).toHaveLength(1);
    expect(gaps).toMatchObject([
      { reason: 'page-failure', detail: 'later pages of pods could not be read: unavailable' },
    ]);
  });

  it('that never end are cut, with the number that the server says is left', async () => {
    const endless = (index: number) => () => page([`aaaa${index}`], `T${index}`, 1234);
    const { gaps, tokens } = await pods(endless(1), endless(2), endless(3), endless(4), endless(5));
    expect(tokens).toHaveLength(4);
    expect(gaps).toMatchObject([{ reason: 'row-limit', missing: { count: 1234, exact: false } }]);
  });

  it('with an item of another shape tell the others', async () => {
    const { signals, gaps } = await pods(() =>
      Response.json({ items: [crashed('orders-6d4f5c7b9-aaaa1'), { metadata: 1 }, null], metadata: {} }),
    );
    expect(signals).toHaveLength(1);
    expect(gaps).toMatchObject([{ reason: 'invalid-item', missing: { count: 2, exact: true } }]);
  });

  it('may be `null`, as Go writes an empty one', async () => {
    expect((await pods(() => Response.json({ items: null, metadata: {} }))).gaps).toEqual([]);
  });
});
