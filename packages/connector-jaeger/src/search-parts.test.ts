import { describe, expect, it } from 'vitest';
import { entryServices, toSearchParts } from './search-parts.js';

const window = { startMs: 1000, endMs: 2000 };
const query = { window, target: {}, limit: 200 } as const;

describe('searches', () => {
  it('newest is one over the whole window', () => {
    expect(toSearchParts({ ...query, keep: 'newest' }, ['checkout'])).toEqual([
      { service: 'checkout', window, limit: 200 },
    ]);
  });

  it('spread searches slices that touch and cover the window', () => {
    const parts = toSearchParts({ ...query, keep: 'spread' }, ['checkout']);
    expect(parts.map(({ window: { startMs, endMs }, limit }) => [startMs, endMs, limit])).toEqual([
      [1000, 1250, 50],
      [1250, 1500, 50],
      [1500, 1750, 50],
      [1750, 2000, 50],
    ]);
  });

  it('few traces are not spread over many requests', () => {
    expect(toSearchParts({ ...query, limit: 14, keep: 'spread' }, ['checkout'])).toHaveLength(1);
  });

  it('many services share the limit and the number of requests', () => {
    const parts = toSearchParts({ ...query, keep: 'spread' }, ['a', 'b', 'c', 'd', 'e', 'f']);
    expect(parts).toHaveLength(12);
    expect(parts[0]).toEqual({ service: 'a', window: { startMs: 1000, endMs: 1500 }, limit: 17 });
  });

  it('each slice of oldest may hold all', () => {
    const parts = toSearchParts({ ...query, limit: 10, keep: 'oldest' }, ['checkout']);
    expect(parts.map(({ limit }) => limit)).toEqual([10, 10, 10, 10]);
  });

  it('no service is no search', () => {
    expect(toSearchParts({ ...query, keep: 'newest' }, [])).toEqual([]);
  });
});

it('services where calls come in go first', () => {
  const services = ['billing', 'graph-api', 'rapids', 'web', 'z1', 'z2', 'z3', 'z4', 'z5'];
  expect(entryServices(services)).toEqual(['graph-api', 'web', 'billing', 'rapids', 'z1', 'z2']);
});
