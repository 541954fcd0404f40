import type { ConnectorV1, TimeWindow } from '@midwatch/core';
import { getJson, post, startHere, type TestServer } from '@midwatch/server/running-server';
import { simulateSources } from '@midwatch/server/simulated-sources';
import { pages } from '@midwatch/web/built';

export interface Shop {
  readonly server: TestServer;
  /** Of an incident whose evidence is there. */
  openIncident(more?: Record<string, unknown>): Promise<string>;
}

const ROUNDS = 200;

/** The composed server over the simulated shop, in the middle of its incident. */
export async function openShop(
  environment: Record<string, string> = {},
  moreSources: (window: TimeWindow) => readonly ConnectorV1[] = () => [],
): Promise<Shop> {
  const { collectDeadlineMs, connectors, plan, service } = simulateSources(Date.now());
  if (pages === undefined) throw new Error('the pages are not built');
  const server = await startHere(environment, {
    connectors: [...connectors, ...moreSources(plan.window ?? { startMs: 0, endMs: 0 })],
    ...{ plan, collectDeadlineMs, pages },
  });
  const token = /\bresponder[^:]*:([^,]+)/.exec(environment['MIDWATCH_TOKENS'] ?? '')?.[1];
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };

  return {
    server,
    async openIncident(more = {}) {
      const alert = { name: 'HighLatency', status: 'firing', service, severity: 'critical', ...more };
      const startsAt = new Date().toISOString();
      const answer = await post(
        `${server.url}/webhooks/generic`,
        JSON.stringify({ startsAt, ...alert }),
        headers,
      );
      const { incidents } = (await answer.json()) as { incidents: { id: string }[] };
      const id = incidents[0]?.id ?? '';
      for (let round = 0; round < ROUNDS; round++) {
        const found = await getJson<{ brief?: unknown }>(`${server.url}/incidents/${id}`, headers);
        if (found.brief !== undefined) return id;
        await new Promise((resolve) => setTimeout(resolve, 250));
      }
      throw new Error('there is no brief');
    },
  };
}
