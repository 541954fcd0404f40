// A verified webhook whose alerts are kept by a durable commit, over a bare hono route that reads and parses the same body. Both
// run in a process of their own, and the same process loads both with 64 connections, each of which sends when it was answered.
// The composed server also does its work meanwhile (sources that answer at once, no model), logs, and counts: as in production.
// The bare route proves nothing, keeps nothing, logs nothing. Each ratio is of alerts a second; 1 would be as fast as nothing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET, sendLoad, startBareServer, startServer, TOKEN } from './bench-processes.ts';
import { printResult } from './bench-result.ts';
import type { LoadReport } from './send-load.ts';

const CONCURRENCY = 64;
const startMs = Date.now() - 60 * 60_000;
const root = mkdtempSync(join(tmpdir(), 'midwatch-bench-'));
const cases = [
  { name: 'alertmanager-1', path: '/webhooks/alertmanager', token: TOKEN, alertsOfBody: 1, alerts: 6_000 },
  { name: 'alertmanager-10', path: '/webhooks/alertmanager', token: TOKEN, alertsOfBody: 10, alerts: 12_000 },
  { name: 'grafana-signed-1', path: '/webhooks/grafana', secret: SECRET, alertsOfBody: 1, alerts: 6_000 },
  { name: 'grafana-signed-10', path: '/webhooks/grafana', secret: SECRET, alertsOfBody: 10, alerts: 12_000 },
];

for (const { alerts, name, path, ...how } of cases) {
  const run = async (kind: 'bare' | 'server'): Promise<LoadReport & { cpuMs: number }> => {
    const folder = join(root, `${name}-${kind}`);
    mkdirSync(folder);
    const server = kind === 'bare' ? await startBareServer(folder) : await startServer(folder);
    const plan = {
      ...how,
      url: `${server.url}${path}`,
      mix: 'quiet',
      concurrency: CONCURRENCY,
      startMs,
    } as const;
    const warm = 1_000;
    await sendLoad({ ...plan, alerts: warm, firstNumber: 0 });
    const before = server.cpuSeconds() ?? Number.NaN;
    const report = await sendLoad({ ...plan, alerts, firstNumber: warm });
    const cpuMs = ((server.cpuSeconds() ?? Number.NaN) - before) * 1_000;
    await server.stop();
    if (report.acknowledgedAlerts !== alerts)
      throw new Error(`${name} ${kind}: ${JSON.stringify(report.statuses)}`);
    return { ...report, cpuMs };
  };
  const bare = await run('bare');
  const kept = await run('server');
  const perSecond = ({ acknowledgedAlerts, seconds }: LoadReport) => acknowledgedAlerts / seconds;
  printResult({
    name: `ack-vs-bare.${name}`,
    value: Math.round(perSecond(kept)),
    unit: `alerts/s kept, ${Math.round(perSecond(bare))} bare`,
    ratio: Number((perSecond(kept) / perSecond(bare)).toFixed(3)),
  });
  if (Number.isFinite(kept.cpuMs + bare.cpuMs)) {
    printResult({
      name: `ack-vs-bare.${name}.cpu`,
      value: Number((kept.cpuMs / alerts).toFixed(3)),
      unit: `ms of CPU for each alert, ${(bare.cpuMs / alerts).toFixed(3)} bare`,
      ratio: Number((bare.cpuMs / kept.cpuMs).toFixed(3)),
    });
  }
  for (const share of ['p50', 'p95', 'p99'] as const) {
    printResult({
      name: `ack-vs-bare.${name}.${share}`,
      value: Number(kept.latencyMs[share].toFixed(1)),
      unit: `ms until 202, ${bare.latencyMs[share].toFixed(1)} bare`,
    });
  }
}
rmSync(root, { recursive: true });
