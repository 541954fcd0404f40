import { querySignals } from '@midwatch/core';
import { expect, test } from 'vitest';
import { credentials, storedEvents, window } from './__fixtures__/connect.js';
import { createFakeCloudWatch, operationOf, toRow } from './__fixtures__/fake-cloudwatch.js';
import { createCloudWatchConnector } from './index.js';

/** A CloudWatch whose queries never end, with the operations that it was asked for; reached through core's limited fetch. */
function endless() {
  const operations: string[] = [];
  const answer = createFakeCloudWatch({
    groups: ['/ecs/checkout'],
    instead: (operation) =>
      operation === 'GetQueryResults'
        ? Response.json({ status: 'Running', results: storedEvents(3).map(toRow) })
        : undefined,
  });
  const fetch = async (input: string, init?: RequestInit) => {
    const request = new Request(input, init);
    operations.push(operationOf(request));
    return answer(request);
  };
  const connector = createCloudWatchConnector({ region: 'eu-west-1', credentials, fetch });
  return { connector, operations };
}

test('through core: what was found by its deadline comes with a gap, and every query is stopped', async () => {
  const { connector, operations } = endless();
  const request = { target: { service: 'checkout' }, window, keep: 'spread' } as const;
  const { gaps, signals } = await querySignals(connector, 'logs', request, {
    redact: 'none',
    deadlineMs: 3000,
  });
  expect(signals.length).toBeGreaterThan(0);
  expect(gaps.filter(({ reason }) => reason === 'deadline')).toHaveLength(4);
  await expect.poll(() => operations.filter((name) => name === 'StopQuery')).toHaveLength(4);
});

test('through core: when the caller gives up, the query is stopped although core’s fetch is closed', async () => {
  const { connector, operations } = endless();
  const controller = new AbortController();
  const request = { target: { service: 'checkout' }, window } as const;
  const asked = querySignals(connector, 'logs', request, { redact: 'none', signal: controller.signal });
  await expect.poll(() => operations).toContain('StartQuery');
  controller.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => operations).toContain('StopQuery');
});
