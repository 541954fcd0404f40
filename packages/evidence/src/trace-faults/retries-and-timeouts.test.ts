import type { TraceSignal } from '@midwatch/core';
import { span, traceSignal } from '@midwatch/testkit';
import { expect, it } from 'vitest';
import { baseline, hex, onsetMs, reduced, window } from '../__fixtures__/small-fleet.js';

/** How often the shop asks the store for one answer, how long the store takes and the shop waits, and whether it then fails. */
interface Asking {
  readonly times: number;
  readonly storeMs: number;
  readonly patienceMs: number;
  readonly storeFails: boolean;
}

const ordinary: Asking = { times: 1, storeMs: 10, patienceMs: 1000, storeFails: false };

function traces(after: Asking): readonly TraceSignal[] {
  return Array.from({ length: 80 }, (_, number) => {
    const { startMs } = number < 40 ? baseline : window;
    const atMs = startMs + (number % 40) * 30_000;
    const { times, storeMs, patienceMs, storeFails } = atMs >= onsetMs ? after : ordinary;
    const id = (part: number): string => hex(number * 16 + part, 16);
    const isGivenUp = storeMs > patienceMs;
    const waitMs = Math.min(storeMs, patienceMs) + 2;
    const failed = isGivenUp || storeFails ? ({ status: 'error' } as const) : {};
    const shopMs = 20 + times * waitMs;
    return traceSignal(hex(number + 1, 32), [
      span(id(1), 'gate', 'GET /basket', atMs, shopMs + 6, failed),
      span(id(2), 'gate', 'call shop', atMs + 1, shopMs + 2, { parent: id(1), ...failed }),
      span(id(3), 'shop', 'GET /items', atMs + 2, shopMs, { parent: id(2), ...failed }),
      ...Array.from({ length: times }, (_, ask) => [
        span(id(4 + 2 * ask), 'shop', 'call store', atMs + 5 + ask * waitMs, waitMs, {
          parent: id(3),
          ...failed,
        }),
        span(id(5 + 2 * ask), 'store', 'read', atMs + 6 + ask * waitMs, storeMs, {
          parent: id(4 + 2 * ask),
          ...(storeFails ? failed : {}),
        }),
      ]).flat(),
    ]);
  });
}

it('a caller that gives up on a slow callee is its victim, and the finding says that calls were given up', () => {
  const { suspects, findings } = reduced({ traces: traces({ ...ordinary, storeMs: 4000 }) });
  expect(suspects[0]).toMatchObject({ service: 'store', victims: expect.arrayContaining(['shop']) });
  expect(suspects[1]?.score ?? 0).toBeLessThan(0.5 * (suspects[0]?.score ?? 0));
  expect(findings.map(({ statement }) => statement).join('\n')).toMatch(
    /shop GET .items fails .*, store given up after 1 s/,
  );
});

it('a caller that asks a failing callee again is its victim, and the finding says how often it asks', () => {
  const { suspects, findings } = reduced({ traces: traces({ ...ordinary, times: 3, storeFails: true }) });
  expect(suspects[0]).toMatchObject({ service: 'store' });
  expect(suspects[1]?.score ?? 0).toBeLessThan(0.5 * (suspects[0]?.score ?? 0));
  expect(findings.map(({ statement }) => statement).join('\n')).toMatch(
    /store read fails .*, asked 3 times a request instead of 1/,
  );
});

it('a caller that asks again and is slow for it is told from one that works slowly', () => {
  const { suspects, findings } = reduced({ traces: traces({ ...ordinary, times: 3 }) });
  expect(suspects[0]?.service).toBe('shop');
  expect(
    findings.some((finding) => finding.kind === 'trace-fault' && finding.fault === 'slow-self-time'),
  ).toBe(false);
});
