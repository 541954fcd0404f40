// 1,000 alerts a second, one in each request, for 60 s (`--seconds 10` for less, `--rate 500`), sent when they are due and not when
// those before are answered. The composed server runs in a process of its own: SQLite on disk with a durable commit, its work
// done meanwhile, sources that answer at once, a model that takes a second. Two loads: a storm of 500 services of one namespace,
// and the usual mix (60 % repetitions, 20 % resolves, 20 % new, of 300 services in 60 namespaces). Afterwards what was
// acknowledged is looked up in the database, each alert.
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseArgs } from 'node:util';
import { sendLoad, standInForModel, startServer, TOKEN } from './bench-processes.ts';
import { printResult } from './bench-result.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    rate: { type: 'string', default: '1000' },
    profile: { type: 'string' },
  },
});
const [seconds, ratePerSecond] = [Number(values.seconds), Number(values.rate)];
/** The documented bound of a storm: docs/life-cycle.md. */
const STORM_INCIDENTS = 10;
const root = mkdtempSync(join(tmpdir(), 'midwatch-bench-'));

for (const mix of ['storm', 'usual'] as const) {
  const folder = join(root, mix);
  mkdirSync(folder);
  const acknowledgedFile = join(folder, 'acknowledged.txt');
  const model = await standInForModel();
  const flags = values.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${values.profile}`];
  const server = await startServer(folder, model.environment, flags);
  const report = await sendLoad({
    url: `${server.url}/webhooks/alertmanager`,
    mix,
    alertsOfBody: 1,
    alerts: seconds * ratePerSecond,
    concurrency: 256,
    ratePerSecond,
    token: TOKEN,
    startMs: Date.now() - 60 * 60_000,
    firstNumber: 0,
    acknowledgedFile,
  });
  const memory = server.peakMemoryMiB();
  const cpuSeconds = server.cpuSeconds();
  await server.stop();
  const calls = model.calls();
  model.close();
  const kept = countKept(join(folder, 'midwatch.db'), readFileSync(acknowledgedFile, 'utf8').split('\n'));
  const of = `of ${ratePerSecond}/s for ${seconds} s`;
  const print = (name: string, value: number, unit: string) =>
    printResult({ name: `alert-rate.${mix}.${name}`, value: Number(value.toFixed(1)), unit });
  print('acknowledged', report.acknowledgedAlerts / report.seconds, `alerts/s, ${of}`);
  print('lost', kept.lost, `of ${report.acknowledgedAlerts} acknowledged`);
  print('double', kept.double, 'alerts counted more than once');
  print(
    'refused',
    report.statuses['503'] ?? 0,
    `requests with 503; statuses ${JSON.stringify(report.statuses)}`,
  );
  for (const share of ['p50', 'p95', 'p99', 'max'] as const)
    print(share, report.latencyMs[share], 'ms from when it was due until 202');
  print('incidents', kept.incidents, mix === 'storm' ? `at most ${STORM_INCIDENTS}` : 'at most 300 services');
  print('model-calls', calls, 'until the load ended');
  print('waiting', kept.waiting, 'steps due or running when the load ended');
  if (cpuSeconds !== undefined)
    print(
      'cpu',
      (cpuSeconds / report.acknowledgedAlerts) * 1_000,
      'ms of CPU for each alert, work and start included',
    );
  if (memory !== undefined) print('memory', memory, 'MiB, peak of the process');
  if (kept.lost > 0 || kept.double > 0 || (mix === 'storm' && kept.incidents > STORM_INCIDENTS))
    process.exitCode = 1;
}
rmSync(root, { recursive: true });

/** What the database holds of what was acknowledged. */
function countKept(path: string, acknowledged: readonly string[]) {
  const database = new DatabaseSync(path, { readOnly: true });
  const one = (text: string) => Number(database.prepare(text).get()?.['value']);
  const rows = database
    .prepare("select fingerprint || ' ' || starts_at_ms as alert, status from alert")
    .all();
  const statuses = new Map(rows.map((row) => [String(row['alert']), row['status']]));
  let lost = 0;
  for (const line of acknowledged) {
    if (line === '') continue;
    const at = line.lastIndexOf(' ');
    const status = statuses.get(line.slice(0, at));
    // Resolved is final; what was told as resolved must be kept as such.
    if (status === undefined || (line.endsWith(' resolved') && status !== 'resolved')) lost += 1;
  }
  const result = {
    lost,
    double: one('select coalesce(sum(alert_count), 0) as value from incident') - rows.length,
    incidents: one('select count(*) as value from incident'),
    waiting: one(
      `select count(*) as value from work_item where queue = 'step' and ready_at_ms <= ${Date.now()} and state in ('waiting', 'running')`,
    ),
  };
  database.close();
  return result;
}
