import { type CallContextV1, querySignals, type SignalQueryByKind } from '@midwatch/core';
import type { ChangeStore, NewChange } from '@midwatch/core/incident';
import { createMemoryStore } from '@midwatch/store/memory';
import { describe, expect, it } from 'vitest';
import { createChangesConnector } from './create-changes-connector.js';

const window = { startMs: Date.UTC(2026, 10, 1, 3), endMs: Date.UTC(2026, 10, 1, 4) };
const T = window.startMs + 60_000;

function callOf(more: Partial<CallContextV1> = {}): CallContextV1 {
  const fetch = () => Promise.reject(new TypeError('it has no need of a network'));
  return { signal: new AbortController().signal, deadlineAtMs: Date.now() + 10_000, fetch, ...more };
}

async function ask(told: readonly NewChange[], query: Partial<SignalQueryByKind['deploys']> = {}) {
  const { changes } = createMemoryStore();
  await changes.add(told, window.endMs);
  const whole = { window, target: {}, limit: 50, keep: 'newest', ...query } as const;
  return createChangesConnector(changes).sources.deploys!.doQuery(whole, callOf());
}

describe('the deploys that were told', () => {
  it('bring everything that was told, and nothing of how it is kept', async () => {
    const { signals } = await ask([
      {
        id: 'run-7',
        timestampMs: T,
        service: 'checkout',
        namespace: 'shop',
        version: 'v2',
        previousVersion: 'v1',
        summary: 'smaller pool',
        actor: 'ann',
        url: 'https://ci.example/7',
        changes: [{ path: 'env POOL', before: '100', after: '10' }],
      },
      { id: 'flag-1', timestampMs: T + 1, service: 'checkout', changes: [] },
    ]);
    expect(signals).toEqual([
      {
        kind: 'deploys',
        id: expect.stringMatching(/^[0-9a-f]{16}$/),
        connectorId: 'changes',
        queryId: expect.stringMatching(/^q-/),
        timestampMs: T,
        timeUnixNano: `${T}000000`,
        service: 'checkout',
        namespace: 'shop',
        revision: 'v2',
        version: 'v2',
        previousRevision: 'v1',
        previousVersion: 'v1',
        summary: 'smaller pool',
        actor: 'ann',
        url: 'https://ci.example/7',
        changes: [{ path: 'env POOL', before: '100', after: '10' }],
        phase: 'succeeded',
      },
      expect.objectContaining({ revision: 'flag-1', changes: [] }),
    ]);
  });

  it('name the request that lists them again', async () => {
    const target = { service: 'check out&x=1', namespace: 'shop', environment: 'production' };
    const { provenance } = await ask([], { target, limit: 3 });
    expect(provenance).toMatchObject([
      {
        language: 'http',
        text:
          'GET /changes?start=2026-11-01T03:00:00.000Z&end=2026-11-01T04:00:00.000Z' +
          '&service=check+out%26x%3D1&namespace=shop&limit=3&keep=newest',
        window,
      },
    ]);
  });

  it.each([
    ['newest', { reason: 'row-limit', window: { startMs: window.startMs, endMs: T + 3 } }],
    ['oldest', { reason: 'row-limit', window: { startMs: T + 1, endMs: window.endMs } }],
    ['spread', { reason: 'sampled' }],
  ] as const)('say what the limit cut, with %s', async (keep, gap) => {
    const told = Array.from({ length: 5 }, (_, index) => ({
      timestampMs: T + index,
      service: 'checkout',
      changes: [],
    }));
    const { gaps, signals } = await ask(told, { keep, limit: 2 });
    expect(signals).toHaveLength(2);
    expect(gaps).toEqual([{ ...gap, missing: { count: 3, exact: true } }]);
  });

  it('do not know what lies between two revisions, and say so', async () => {
    const { gaps } = await ask([], { between: [{ repository: 'a/b', base: '1', head: '2' }] });
    expect(gaps.map(({ reason }) => reason)).toEqual(['unsupported-filter']);
  });

  it('pass the public call for one connector', async () => {
    const { changes } = createMemoryStore();
    await changes.add([{ timestampMs: T, service: 'checkout', changes: [] }], T);
    const request = { window, target: { service: 'checkout' } };
    const { signals } = await querySignals(createChangesConnector(changes), 'deploys', request, {
      redact: 'none',
    });
    expect(signals).toMatchObject([{ service: 'checkout', connectorId: 'changes' }]);
  });
});

describe('a store that fails', () => {
  const storeOf = (list: ChangeStore['list']): ChangeStore => ({ add: async () => [], list });
  const query = { window, target: {}, limit: 1, keep: 'newest' } as const;

  it('is an error of the source, and ill health', async () => {
    const connector = createChangesConnector(storeOf(() => Promise.reject(new Error('disk is full'))));
    await expect(connector.sources.deploys!.doQuery(query, callOf())).rejects.toMatchObject({
      code: 'unavailable',
      message: '[changes] unavailable: the store of this server failed',
    });
    expect(await connector.checkHealth(callOf())).toMatchObject({ state: 'unhealthy' });
  });

  it('does not outlive the deadline or the caller when it hangs', async () => {
    const connector = createChangesConnector(storeOf(() => new Promise(() => undefined)));
    const late = callOf({ deadlineAtMs: Date.now() + 10 });
    await expect(connector.sources.deploys!.doQuery(query, late)).rejects.toMatchObject({ code: 'timeout' });
    expect(await connector.checkHealth(late)).toMatchObject({ state: 'unhealthy' });
    const controller = new AbortController();
    const answer = connector.sources.deploys!.doQuery(query, callOf({ signal: controller.signal }));
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: 'aborted' });
    await expect(connector.checkHealth(callOf({ signal: AbortSignal.abort() }))).rejects.toMatchObject({
      code: 'aborted',
    });
  });

  it('answers otherwise, and is in good health', async () => {
    const connector = createChangesConnector(createMemoryStore().changes);
    expect(await connector.checkHealth(callOf())).toEqual({ state: 'healthy' });
  });
});
