import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import type { Incident, IncidentDetails } from '@midwatch/core/incident';
import { findProgram } from '@midwatch/setup/real-components';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterEach, expect, test } from 'vitest';
import { type AlertingStack, startAlerting } from './__fixtures__/alerting-stack.js';
import { closeAll, getJson, listenAsSlack, listenHere, startHere } from './__fixtures__/running-server.js';
import { simulateSources } from './simulated-sources.js';

const stacks: AlertingStack[] = [];
afterEach(async () => {
  for (const stack of stacks.splice(0)) await stack.close();
  await closeAll();
});

/** What the shop's gateway says of its pool; `waiting` is what the rule looks at. */
async function startExporter(service: string) {
  const state = { waiting: 0 };
  const url = await listenHere((_, response) => {
    const labels = `{service="${service}",pool_name="users"}`;
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' });
    response.end(
      [
        '# TYPE db_client_connections_pending_requests gauge',
        `db_client_connections_pending_requests${labels} ${state.waiting}`,
        '# TYPE db_client_connections_max gauge',
        `db_client_connections_max${labels} 10`,
        '',
      ].join('\n'),
    );
  });
  return { state, target: new URL(url).host };
}

/** How often Prometheus has read the exporter. */
async function scrapesOf(prometheusUrl: string): Promise<number> {
  type Answer = { data?: { result?: { value?: [number, string] }[] } };
  const query = encodeURIComponent('count_over_time(up[2m])');
  const answer = await getJson<Answer>(`${prometheusUrl}/api/v1/query?query=${query}`);
  return Number(answer.data?.result?.[0]?.value?.[1] ?? 0);
}

realComponent('alertmanager', (alertmanager) => {
  test('a rule fires, one message stands in Slack, and it is edited when the alert is over', {
    timeout: 300_000,
  }, async () => {
    const prometheus = findProgram('prometheus');
    if (prometheus === undefined) throw new Error('needs Debian package prometheus, too');
    const { slack, environment } = await listenAsSlack();
    const simulated = simulateSources(Date.now());
    const exporter = await startExporter(simulated.service);
    const token = 'alertmanager-sends-this-token';
    const tokens = { MIDWATCH_WEBHOOK_TOKEN: token, MIDWATCH_READ_TOKEN: token };
    // The address of Prometheus is known only after the server's own, which Alertmanager has to be told.
    let prometheusUrl = '';
    const connector = createPrometheusConnector({
      baseUrl: 'http://prometheus.example',
      fetch: (url, init) => fetch(url.replace('http://prometheus.example', prometheusUrl), init),
    });
    const others = simulated.connectors.filter(({ id }) => id !== 'prometheus');
    const { url } = await startHere(
      { ...environment, ...tokens },
      { connectors: [connector, ...others], collectDeadlineMs: simulated.collectDeadlineMs },
    );
    const stack = await startAlerting({
      prometheus,
      alertmanager,
      target: exporter.target,
      webhookUrl: `${url}/webhooks/alertmanager`,
      webhookToken: token,
    });
    stacks.push(stack);
    prometheusUrl = stack.prometheusUrl;

    // A range query takes a point every 30 s or less: with fewer scrapes there may be none.
    await expect
      .poll(() => scrapesOf(prometheusUrl), { timeout: 120_000, interval: 500 })
      .toBeGreaterThan(32);
    exporter.state.waiting = 318;
    await expect.poll(() => slack.messages, { timeout: 60_000 }).toHaveLength(1);
    const headers = { authorization: `Bearer ${token}` };
    const { incidents } = await getJson<{ incidents: Incident[] }>(`${url}/incidents`, headers);
    expect(incidents).toMatchObject([{ service: simulated.service, namespace: 'shop', status: 'firing' }]);
    const details = await getJson<IncidentDetails>(`${url}/incidents/${incidents[0]?.id}`, headers);
    const read = details.brief?.footer.read;
    expect(read?.metrics).toBeGreaterThan(0);
    expect(Math.min(read?.logs ?? 0, read?.traces ?? 0, read?.deploys ?? 0)).toBeGreaterThan(0);
    expect(details.brief?.suspects[0]?.service).toBe(simulated.service);
    expect(details.brief?.change?.changes).toContainEqual(
      expect.objectContaining({ before: '100', after: '10' }),
    );

    exporter.state.waiting = 0;
    await expect.poll(() => JSON.stringify(slack.messages[0]), { timeout: 60_000 }).toContain('Resolved');
    expect(slack.messages).toHaveLength(1);
    expect(slack.requests.filter((line) => line.startsWith('chat.postMessage'))).toEqual([
      'chat.postMessage ok',
    ]);
    const after = await getJson<{ incidents: Incident[] }>(`${url}/incidents`, headers);
    expect(after.incidents).toMatchObject([{ status: 'resolved' }]);
  });
});
