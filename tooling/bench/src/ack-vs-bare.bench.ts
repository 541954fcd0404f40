// A verified webhook whose alerts are kept by a durable commit, over a bare hono route that reads and parses the same body. Both
// run in a process of their own, and the same process loads both with 64 connections, each of which sends when it was answered.
// The composed server also does its work meanwhile (sources that answer at once, no model), logs, and counts: as in production.
// The bare route proves nothing, keeps nothing, logs nothing. Each ratio is of alerts a second; 1 would be as fast as nothing.
// Of rounds by turns, the one in the middle by that ratio. The sender takes more CPU for a request than the bare route does, so
// that of the bare route it is mostly the sender's own speed: the ratio of CPU is the stricter one.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SECRET, sendLoad, startBareServer, startServer, TOKEN } from './bench-processes.ts';
import { printResult } from './bench-result.ts';
import type { LoadReport } from './send-load.ts';

const CONCURRENCY = 64;
/** Odd, so that there is one in the middle. */
const ROUNDS = 3;
type Run = LoadReport & { readonly cpuMs: number };

const startMs = Date.now() - 60 * 60_000;
const root = mkdtempSync(join(tmpdir(), 'midwatch-bench-'));
const cases = [
  { name: 'alertmanager-1', path: '/webhooks/alertmanager', token: TOKEN, alertsOfBody: 1, alerts: 6_000 },
  { name: 'alertmanager-10', path: '/webhooks/alertmanager', token: TOKEN, alertsOfBody: 10, alerts: 12_000 },
  { name: 'grafana-signed-1', path: '/webhooks/grafana', secret: SECRET, alertsOfBody: 1, alerts: 6_000 },
  { name: 'grafana-signed-10', path: '/webhooks/grafana', secret: SECRET, alertsOfBody: 10, alerts: 12_000 },
];

for (const { alerts, name, path, ...how } of cases) {
  const run = async (kind: 'bare' | 'server'): Promise<Run> => {
    const folder = mkdtempSync(join(root, `${name}-${kind}-`));
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
  const perSecond = ({ acknowledgedAlerts, seconds }: LoadReport) => acknowledgedAlerts / seconds;
  const rounds: { bare: Run; kept: Run; ratio: number }[] = [];
  while (rounds.length < ROUNDS) {
    const [bare, kept] = [await run('bare'), await run('server')];
    rounds.push({ bare, kept, ratio: perSecond(kept) / perSecond(bare) });
  }
  rounds.sort((one, other) => one.ratio - other.ratio);
  const { bare, kept, ratio } = rounds[(ROUNDS - 1) / 2] as (typeof rounds)[number];
  printResult({
    name: `ack-vs-bare.${name}`,
    value: Math.round(perSecond(kept)),
    unit: `alerts/s kept, ${Math.round(perSecond(bare))} bare`,
    ratio: Number(ratio.toFixed(3)),
  });
  if (Number.isFinite(kept.cpuMs + bare.cpuMs)) {
    printResult({
      name: `ack-vs-bare.${name}.cpu`,
      value: Number((kept.cpuMs / alerts).toFixed(3)),
      unit: `ms of CPU for each alert, ${(bare.cpuMs / alerts).toFixed(3)} bare, ${(bare.senderCpuMs / alerts).toFixed(3)} to send it`,
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
