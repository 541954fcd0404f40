import type { Brief } from '@midwatch/core/incident';
import { sampleBriefAtMs as nowMs, sampleBrief } from '@midwatch/testkit';
import { beforeAll, expect, it, vi } from 'vitest';
import { environment, migrate } from './__fixtures__/test-environment.js';
import { compose } from './compose.js';

beforeAll(migrate);

/** Enough points for a picture. */
const points = Array.from({ length: 20 }, (_, minute) => [nowMs - (20 - minute) * 60_000, minute] as const);
const brief: Brief = {
  ...sampleBrief,
  numbers: sampleBrief.numbers.map((number) => ({ ...number, points })),
};

it('logs that a brief stands without its picture, and why', async () => {
  await fetch(`${environment.WORLD_URL}/reset?scopes=chat:write`);
  const logged: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line) => void logged.push(String(line)));
  const { watched } = await compose(environment);
  const call = { signal: new AbortController().signal, deadlineAtMs: Date.now() + 8_000 };
  for (const notifier of watched.notifiers)
    await notifier.notify({ incidentId: 'inc-1', deliveryId: 'inc-1-1', brief, nowMs }, call);
  log.mockRestore();
  expect(logged.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      ...{ type: 'picture', channel: 'slack', outcome: 'dropped', code: 'config' },
      message: expect.stringContaining('missing_scope (needs files:write)'),
    },
  ]);
});
