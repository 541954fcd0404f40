// Whether the server's memory stays flat: `pnpm bench soak --minutes 30`. The built server in its own process, SQLite on disk, an
// incident each three seconds, sources that hang, fail, drip, break off or send without end, Slack and a model that fail at times.
// The database grows, since nothing is old enough to be pruned; memory must not.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printResult } from './bench-result.ts';
import { sendSoakLoad } from './soak-load.ts';
import { openSoakModel } from './soak-model.ts';
import { type MemorySample, startSoakServer } from './soak-server.ts';
import { openSoakSlack } from './soak-slack.ts';
import { openSoakSources } from './soak-sources.ts';
import { fitTrend, quantile, thirds } from './soak-statistics.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '30' }, 'every-ms': { type: 'string', default: '3000' } },
});
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const MIB = 1024 * 1024;
const SAMPLE_MS = 10_000;
/** Caches fill and code is compiled meanwhile. */
const WARM_UP_SHARE = 0.25;
/** After the load, for what is under way; it is not waited for when everything is closed before. */
const REST_MS = 180_000;
const durationMs = Number(values.minutes) * MINUTE_MS;

/** Mulberry32. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const say = (line: string) => process.stderr.write(`${line}\n`);
const inMib = (bytes: number) => Math.round((bytes / MIB) * 10) / 10;

const folder = mkdtempSync(join(tmpdir(), 'midwatch-soak-'));
const random = createRandom(1);
const sources = await openSoakSources();
const slack = await openSoakSlack(random);
const model = await openSoakModel(random);
const server = await startSoakServer(folder, {
  ...{ SOAK_SOURCES_URL: sources.url, SOAK_ARGOCD_TOKEN: sources.token },
  ...{ SLACK_BOT_TOKEN: 'xoxb-stand-in', SLACK_CHANNEL: 'C0STANDIN', SLACK_API_URL: `${slack.url}/api` },
  ...{
    ANTHROPIC_API_KEY: 'sk-test-0123456789',
    ANTHROPIC_BASE_URL: model.url,
    MIDWATCH_LARGER_MODEL: 'none',
  },
  ...{
    MIDWATCH_BUDGET_INCIDENT_USD: '999',
    MIDWATCH_BUDGET_SERVICE_DAY_USD: '999',
    MIDWATCH_BUDGET_DAY_USD: '99999',
  },
});
await pause(3_000);
const before = await server.sample();
const load = sendSoakLoad({ url: server.url, random, sources, everyMs: Number(values['every-ms']) });
const samples: { readonly atMs: number; readonly memory: MemorySample }[] = [];
const startedAtMs = Date.now();
while (Date.now() - startedAtMs < durationMs) {
  await pause(SAMPLE_MS);
  const memory = await server.sample();
  const atMs = Date.now() - startedAtMs;
  samples.push({ atMs, memory });
  if (samples.length % 6 === 0) {
    const { external, files, heapUsed, rss, sockets } = memory;
    const held = `heap ${inMib(heapUsed)}, external ${inMib(external)}, resident ${inMib(rss)} MiB`;
    const done = `${load.counts.fired} fired, ${slack.slack.messages.length} messages`;
    say(`${Math.round(atMs / MINUTE_MS)} min: ${held}; ${sockets} sockets, ${files} files; ${done}`);
  }
}
load.stop();
const after = await rest();
const isFlat = report();
const exitCode = await server.stop();
if (exitCode !== 0) say(`the server ended with ${exitCode}`);
for (const front of [sources, slack, model]) await front.close();
rmSync(folder, { recursive: true });
process.exitCode = isFlat && exitCode === 0 ? 0 : 1;

/** What is held once the work is done: connections that are kept open are closed some seconds later. */
async function rest(): Promise<MemorySample> {
  const endMs = Date.now() + REST_MS;
  for (;;) {
    await pause(SAMPLE_MS);
    const memory = await server.sample();
    if (memory.sockets <= before.sockets || Date.now() > endMs) return memory;
  }
}

/** Each minute's least heap: what is under way comes on top and goes again. */
function minuteLows(
  measured: readonly { readonly atMs: number; readonly memory: MemorySample }[],
): (readonly [x: number, y: number])[] {
  const minutes = Map.groupBy(measured, ({ atMs }) => Math.floor(atMs / MINUTE_MS));
  return [...minutes].map(([minute, group]) => [
    (minute * MINUTE_MS) / HOUR_MS,
    Math.min(...group.map(({ memory }) => memory.heapUsed / MIB)),
  ]);
}

/**
 * Flat: what a straight line through each minute's least heap could have gained at most over the measured time, by the upper end
 * of its 95 % interval, is under a tenth of the heap; the last third's median is within a twentieth of the first's, and that of
 * resident memory within a fifth.
 */
function report(): boolean {
  const measured = samples.filter(({ atMs }) => atMs >= durationMs * WARM_UP_SHARE);
  const of = (pick: keyof MemorySample) => measured.map(({ memory }) => memory[pick] / MIB);
  const heap = of('heapUsed');
  const trend = fitTrend(minuteLows(measured));
  const measuredHours = (durationMs * (1 - WARM_UP_SHARE)) / HOUR_MS;
  const [heapFirst, heapLast] = thirds(heap);
  const [residentFirst, residentLast] = thirds(of('rss'));
  const [externalFirst, externalLast] = thirds(of('external'));
  const isFlatNow =
    trend.high * measuredHours < heapFirst / 10 &&
    heapLast < heapFirst * 1.05 &&
    residentLast < residentFirst * 1.2;
  const round = (value: number) => Math.round(value * 100) / 100;
  const after25 = `${values.minutes} min, the first quarter left out`;
  const { counts } = load;
  const { messages, requests } = slack.slack;
  const failed = requests.filter((request) => request.endsWith('failed')).length;
  const results: [string, number, string, number?][] = [
    [
      'heap-slope',
      round(trend.slope),
      `MiB/h, least of each minute after forced collection, 95 % ${round(trend.low)} to ${round(trend.high)}; ${after25}`,
    ],
    ['heap.first-third', round(heapFirst), 'MiB, median'],
    ['heap.last-third', round(heapLast), 'MiB, median', round(heapLast / heapFirst)],
    ['external.first-third', round(externalFirst), 'MiB, median'],
    ['external.last-third', round(externalLast), 'MiB, median'],
    ['resident.first-third', round(residentFirst), 'MiB, median'],
    ['resident.last-third', round(residentLast), 'MiB, median', round(residentLast / residentFirst)],
    ['resident.max', round(Math.max(...samples.map(({ memory }) => memory.rss / MIB))), 'MiB'],
    [
      'heap.at-rest',
      round(after.heapUsed / MIB),
      `MiB at the end without load, ${inMib(before.heapUsed)} at the start`,
    ],
    ['sockets', after.sockets, `at the end, ${before.sockets} at the start`],
    ['files', after.files, `at the end, ${before.files} at the start`],
    ['timers', after.timers, `at the end, ${before.timers} at the start`],
    [
      'incidents',
      messages.length,
      `told in Slack; ${counts.fired} alerts fired, ${counts.resolved} resolved, ${counts.storms} storms`,
    ],
    ['acknowledged.p50', Math.round(quantile(load.answeredMs, 0.5)), 'ms'],
    ['acknowledged.p99', Math.round(quantile(load.answeredMs, 0.99)), `ms, of ${load.answeredMs.length}`],
    ...[...load.refused].map(([why, count]): [string, number, string] => [
      `not-acknowledged.${why}`,
      count,
      'alerts',
    ]),
    ['slack-requests', requests.length, `${failed} failed`],
    ...[...sources.answered].map(([kind, count]): [string, number, string] => [
      `sources.${kind}`,
      count,
      'requests',
    ]),
    ['database', inMib(statSync(join(folder, 'midwatch.db')).size), 'MiB at the end'],
    [
      'flat',
      isFlatNow ? 1 : 0,
      '1 when the heap could have gained under a tenth, and its thirds differ by under a twentieth',
    ],
  ];
  for (const [name, value, unit, ratio] of results)
    printResult({ name: `soak.${name}`, value, unit, ...(ratio === undefined ? {} : { ratio }) });
  return isFlatNow;
}
