import { findProgram } from '@midwatch/setup/real-components';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterEach, expect, test } from 'vitest';
import { alertmanagerBody, closeAll, post, startHere } from '../__fixtures__/running-server.js';
import { lintMetrics, startScraping } from '../__fixtures__/scraping-prometheus.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await closeAll();
});

realComponent('prometheus', (prometheus) => {
  test('Prometheus scrapes the measures with a token of viewers, and its linter has nothing to say', {
    timeout: 120_000,
  }, async () => {
    const viewer = 'a-token-of-24-characters';
    const webhook = 'another-token-of-senders';
    const tokens = { MIDWATCH_TOKENS: `viewer:${viewer},webhook:${webhook}` };
    const { url } = await startHere(tokens);
    const authorization = `Bearer ${webhook}`;
    expect((await post(`${url}/webhooks/alertmanager`, alertmanagerBody(), { authorization })).status).toBe(
      202,
    );
    const scraping = await startScraping({ prometheus, target: new URL(url).host, token: viewer });
    closing.push(scraping.close);
    const waitFor = (query: string, value: number) =>
      expect.poll(async () => [query, await scraping.ask(query)]).toEqual([query, value]);
    await waitFor('up{job="midwatch"}', 1);
    await waitFor('midwatch_alerts_received_total{source="alertmanager",outcome="opened"}', 1);
    await waitFor('sum by (kind) (midwatch_step_duration_seconds_count{outcome="done"})', 1);
    await waitFor('midwatch_store_up', 1);
    await waitFor('histogram_quantile(0.99, midwatch_delivery_duration_seconds_bucket) < bool 60', 1);

    const promtool = findProgram('promtool');
    if (promtool === undefined) throw new Error('needs promtool of Debian package prometheus');
    const text = await (
      await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${viewer}` } })
    ).text();
    // Those of the process are prom-client's own, under names that are known by now.
    const own = text.split('\n').filter((line) => /^(# (HELP|TYPE) )?midwatch_/.test(line));
    expect(own.length).toBeGreaterThan(50);
    expect(await lintMetrics(promtool, `${own.join('\n')}\n`)).toBe('');
  });
});
