import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IncidentDetails, IncidentHistory } from '@midwatch/core/incident';
import { playQuarter, type QuarterIncident } from '@midwatch/simulator/quarter';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { afterAll, expect, it } from 'vitest';
import { alertmanagerBody, closeAll, getJson, post, startHere } from './__fixtures__/running-server.js';
import { simulateSources } from './simulated-sources.js';

afterAll(closeAll);

const DAY_MS = 86_400_000;

/** 40 settled cases of the evidence analyzer at HIGH, so many of them right. */
async function fillDatabase(right: number): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db');
  const store = await openSqliteStore({ path });
  const incidents = Array.from({ length: 40 }, (_, index): QuarterIncident => {
    const openedAtMs = Date.now() - (index + 2) * DAY_MS;
    return {
      ...{ id: `old-${index}`, service: 'cart', openedAtMs, resolvedAtMs: openedAtMs + 60_000, ratings: [] },
      outcome: { judgement: index < right ? 'right' : 'wrong' },
      analyses: [
        {
          ...{ atMs: openedAtMs, look: 1, state: 'admitted', wasShown: true, isShadow: false },
          ...{ analyzer: { name: 'evidence' }, verdict: 'cause-found', confidence: 'HIGH' },
          ...{ services: ['cart'], signatures: [], gaps: [], sourceSet: '', timings: { briefMs: 1 } },
        },
      ],
    };
  });
  await playQuarter(store, incidents);
  await store.close();
  return path;
}

it('a server holds what it says of the next incident against what people settled', async () => {
  const { connectors, plan, service } = simulateSources(Date.now());
  const { url } = await startHere(
    { MIDWATCH_DATABASE: await fillDatabase(5) },
    { connectors, plan, collectDeadlineMs: 20_000 },
  );
  const labels = { alertname: 'HighLatency', service };
  const response = await post(`${url}/webhooks/alertmanager`, alertmanagerBody({ labels }));
  const { incidents } = (await response.json()) as { incidents: { id: string }[] };
  const address = `${url}/incidents/${incidents[0]?.id}`;
  const read = () => getJson<IncidentDetails & { analyses: IncidentHistory['analyses'] }>(address);
  await expect.poll(async () => (await read()).brief).toBeDefined();
  const { analyses, brief } = await read();
  expect(brief?.confidence).toBe('LOW');
  expect(analyses[0]).toMatchObject({
    ...{ confidence: 'LOW', statedConfidence: 'MEDIUM', uncalibratedConfidence: 'MEDIUM' },
  });
  expect(JSON.stringify(brief)).toContain(
    'HIGH of this analyzer was right in 5 of 40 settled cases: shown as LOW at most.',
  );
});
