import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createScenario } from './scenario.js';
import type { SimulatorFault } from './simulator-fault.js';
import { createSimulatorFetch } from './simulator-fetch.js';

const scenario = createScenario({ name: 'pool-exhaustion' });
const ready = 'http://simulator/loki/ready';

function faulty(loki: SimulatorFault) {
  return createSimulatorFetch(scenario, { faults: { loki } });
}

describe('faults in time', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a delayed source answers as it should, later', async () => {
    const answered = vi.fn<(response: Response) => void>();
    const done = faulty({ kind: 'delay', delayMs: 10_000 })(ready).then(answered);
    await vi.advanceTimersByTimeAsync(9_999);
    expect(answered).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    await done;
    expect(await answered.mock.calls[0]?.[0].text()).toBe('ready\n');
  });

  test('a hanging source never answers but ends when the caller gives up', async () => {
    const caller = new AbortController();
    const outcome = faulty({ kind: 'hang' })(ready, { signal: caller.signal }).catch(
      (error: unknown) => error,
    );
    await vi.advanceTimersByTimeAsync(3_600_000);
    caller.abort(new Error('given up'));
    expect(await outcome).toMatchObject({ message: 'given up' });
  });

  test('a dripping source sends headers at once and the body in crumbs', async () => {
    const response = await faulty({ kind: 'drip', bytesEach: 1, intervalMs: 1000 })(ready);
    expect(response.status).toBe(200);
    const reader = response.body?.getReader();
    const first = reader?.read();
    await vi.advanceTimersByTimeAsync(1000);
    expect((await first)?.value).toEqual(new TextEncoder().encode('r'));
  });
});

test('a source can answer with any status, and its neighbours stay well', async () => {
  const fetch = faulty({ kind: 'status', status: 429, body: 'too many', headers: { 'retry-after': '7' } });
  const response = await fetch(ready);
  expect([response.status, response.headers.get('retry-after'), await response.text()]).toEqual([
    429,
    '7',
    'too many',
  ]);
  expect((await fetch('http://simulator/prometheus/-/ready')).status).toBe(200);
});

test('calls are counted by source, faulty ones too', async () => {
  const fetch = faulty({ kind: 'status', status: 500 });
  await fetch(ready);
  await fetch(ready);
  await fetch('http://simulator/jaeger/api/v3/services');
  await fetch('http://simulator/elsewhere');
  expect(fetch.calls).toMatchObject({ loki: 2, prometheus: 0, argocd: 0, jaeger: 1 });
});
