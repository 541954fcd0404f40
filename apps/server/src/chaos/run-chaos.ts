import { join } from 'node:path';
import type { Store } from '@midwatch/core/incident';
import { openPostgresStore } from '@midwatch/store/postgres';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { type AlertSender, createAlertSender } from './alert-sender.js';
import { openChaosChannels } from './chaos-channels.js';
import { checkOutcome, type Outcome } from './check-outcome.js';
import { createRandom, type Random } from './create-random.js';
import { type Takeover, watchOrphans } from './orphans.js';
import { type Replica, startReplica } from './replica.js';
import { openPostgresWork, openSqliteWork, type WorkTable } from './work-table.js';

export interface ChaosOptions {
  /** For the database, the logs and nothing else. */
  readonly folder: string;
  /** Of an empty PostgreSQL database, for three replicas. Without it one process keeps a SQLite file. */
  readonly databaseUrl?: string;
  readonly incidents: number;
  readonly kills: number;
  /** One kill of so many comes just after a message went out, the others at random. */
  readonly aimEvery: number;
  /** Decides when is killed, and when what is sent; not what the machine does in between. */
  readonly seed: number;
  /** How long a process is left alone, on average. */
  readonly meanUpMs: number;
  /** Until nothing waits or runs any more, after the last kill. */
  readonly quietMs: number;
  readonly onProgress?: (line: string) => void;
}

export interface ChaosReport extends Outcome {
  readonly kills: number;
  /** Of them while the process was still starting. */
  readonly killsAtStart: number;
  readonly takeovers: readonly Takeover[];
  readonly alerts: readonly { readonly attempts: number }[];
  readonly edits: number;
  readonly modelCalls: number;
  readonly killingMs: number;
  readonly quietAfterMs: number;
}

const REPLICAS = 3;
/** A message may come so much later than the moment that chance has chosen. */
const AIM_MS = 10_000;
/** One alert in so many is followed by another of the same service. */
const SECOND_ALERT = 5;

/**
 * Sends incidents to the server while its processes are killed one after the other and started again, and then checks what came of
 * each. A process that ends, or is not there, without having been killed is a violation, too.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { aimEvery, databaseUrl, folder, kills, onProgress = () => undefined, seed } = options;
  const random = createRandom(seed);
  const channels = await openChaosChannels();
  const troubles: string[] = [];
  const replicas: Replica[] = [];
  const closers: (() => Promise<unknown>)[] = [channels.close];
  try {
    const count = databaseUrl === undefined ? 1 : REPLICAS;
    for (let index = 0; index < count; index += 1) {
      const environment = {
        ...channels.environment,
        ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
      };
      const name = `replica-${index + 1}`;
      const replica = await startReplica({
        name,
        folder,
        environment,
        onUnasked: (what) => troubles.push(what),
      });
      replicas.push(replica);
      closers.unshift(() => replica.kill());
    }
    await Promise.all(replicas.map((replica) => replica.listens()));
    const { store, work } = await openBeside(options);
    closers.push(() => store.close(), work.close);
    const sender = createAlertSender({
      ...{ random, urls: replicas.map(({ url }) => url) },
      onRefused: (what) => troubles.push(what),
    });
    closers.unshift(async () => sender.stop());
    const watch = watchOrphans({ work, hasTaken: channels.hasTaken });
    closers.unshift(watch.stop);
    const startedAtMs = Date.now();
    let killsAtStart = 0;
    for (let kill = 0; kill < kills; kill += 1) {
      const replica = replicas[kill % count];
      if (replica === undefined) break;
      const isAtStart = random() < 0.1;
      if (isAtStart) killsAtStart += 1;
      else await replica.listens();
      // Of several, another is there to take over.
      const others = replicas.filter((other) => other !== replica);
      if (others.length > 0) await Promise.any(others.map((other) => other.listens()));
      const upMs = isAtStart ? 1_000 * random() : options.meanUpMs * (0.2 + 1.6 * random());
      sendShare(options, { kill, random, sender, withinMs: upMs });
      // As soon as a message is out: its answer is lost, and what would have been noted of it.
      if (kill % aimEvery === aimEvery - 1) await channels.nextTaken(upMs + AIM_MS);
      else await pause(upMs);
      await replica.kill();
      await watch.killed(kill);
      replica.start();
      if ((kill + 1) % 10 === 0) onProgress(`${kill + 1} kills, ${channels.messages.length} messages`);
    }
    const killingMs = Date.now() - startedAtMs;
    await sender.acknowledged(options.quietMs);
    const backlog = await waitUntilQuiet(store, options.quietMs);
    const quietAfterMs = Date.now() - startedAtMs - killingMs;
    onProgress('quiet; checking');
    const outcome = await checkOutcome({
      ...{ store, work, channels, alerts: sender.alerts, incidentsExpected: options.incidents },
    });
    for (const replica of replicas) {
      const code = await replica.stop();
      if (code !== 0) troubles.push(`a process that was asked to end ended with ${code}`);
    }
    return {
      ...outcome,
      violations: [...troubles, ...(backlog === undefined ? [] : [backlog]), ...outcome.violations],
      ...{ kills, killsAtStart, takeovers: watch.takeovers, alerts: sender.alerts, killingMs, quietAfterMs },
      edits: channels.messages.reduce((sum, message) => sum + message.edits, 0),
      modelCalls: channels.modelCalls(),
    };
  } finally {
    for (const close of closers) await close();
  }
}

/** This kill's share of the incidents, spread over the time until it, half of them to be resolved. */
function sendShare(
  { incidents, kills }: ChaosOptions,
  { kill, random, sender, withinMs }: { kill: number; random: Random; sender: AlertSender; withinMs: number },
): void {
  const [first, end] = [kill, kill + 1].map((count) => Math.floor((count * incidents) / kills));
  for (let index = first ?? 0; index < (end ?? 0); index += 1) {
    const service = `service-${index}`;
    // Most of them shortly before the kill: it shall hit something.
    const afterMs = Math.max(0, withinMs - 2_500 * random() ** 2);
    const resolved = () => (random() < 0.5 ? { resolvedAfterMs: 300 + random() * 6_000 } : {});
    sender.send({ service, fingerprint: `slow-${index}` }, { afterMs, ...resolved() });
    if (index % SECOND_ALERT === 0)
      sender.send(
        { service, fingerprint: `errors-${index}` },
        { afterMs: afterMs + random() * 2_000, ...resolved() },
      );
  }
}

/** The store and its rows as the processes share them. */
async function openBeside({ databaseUrl, folder }: ChaosOptions): Promise<{ store: Store; work: WorkTable }> {
  if (databaseUrl !== undefined)
    return { store: await openPostgresStore({ url: databaseUrl }), work: openPostgresWork(databaseUrl) };
  const path = join(folder, 'midwatch.db');
  return { store: await openSqliteStore({ path, readOnly: true }), work: openSqliteWork(path) };
}

/** What is left when the time is over. */
async function waitUntilQuiet(store: Store, quietMs: number): Promise<string | undefined> {
  const endMs = Date.now() + quietMs;
  for (;;) {
    const nowMs = Date.now();
    const queues = await Promise.all([store.steps.measure(nowMs), store.outbox.measure(nowMs)]);
    if (queues.every(({ running, waiting }) => running + waiting === 0)) return undefined;
    if (nowMs >= endMs) {
      const left = queues.map(({ running, waiting }) => `${waiting} waiting and ${running} running`);
      return `after ${quietMs / 1000} s of quiet: steps ${left[0]}, deliveries ${left[1]}`;
    }
    await pause(200);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
