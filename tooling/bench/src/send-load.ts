// A process that sends alerts over loopback, bounded in number and time. One argument: a `LoadPlan` as JSON. It prints one
// `LoadReport` as JSON.
import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { alertOf, bodyOf, type Mix, type SentAlert } from './alert-bodies.ts';

export interface LoadPlan {
  readonly url: string;
  readonly mix: Mix;
  readonly alertsOfBody: number;
  /** Alerts in all. */
  readonly alerts: number;
  /** So many at a time, each as soon as one before it is answered; or, with a rate, so many sockets at most. */
  readonly concurrency: number;
  /** Alerts a second; they are sent when they are due, whether those before them are answered or not. */
  readonly ratePerSecond?: number;
  readonly token?: string;
  /** Grafana's signature of each body. */
  readonly secret?: string;
  readonly startMs: number;
  /** The first alert's number. */
  readonly firstNumber: number;
  /** Takes what was acknowledged: lines `fingerprint startsAtMs status`. */
  readonly acknowledgedFile?: string;
}

export interface LoadReport {
  readonly seconds: number;
  /** What sending took, on the same cores as the server: where it is more than the server's own, it is the sender that is measured. */
  readonly senderCpuMs: number;
  readonly requests: number;
  readonly acknowledgedAlerts: number;
  /** Requests by status; `failed: ...` without an answer. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Of acknowledged requests, from when they were due. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
}

const REQUEST_DEADLINE_MS = 30_000;
const TICK_MS = 5;

async function send(plan: LoadPlan): Promise<LoadReport> {
  const { alertsOfBody, concurrency, ratePerSecond } = plan;
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency });
  const requests = Math.ceil(plan.alerts / alertsOfBody);
  const statuses: Record<string, number> = {};
  const latencies: number[] = [];
  const acknowledged: SentAlert[] = [];

  async function sendOne(index: number, dueAtMs: number): Promise<void> {
    const alerts = Array.from({ length: alertsOfBody }, (_, each) =>
      alertOf(plan.mix, plan.firstNumber + index * alertsOfBody + each, plan.startMs),
    );
    const status = await post(agent, plan, bodyOf(alerts));
    statuses[status] = (statuses[status] ?? 0) + 1;
    if (status !== '202') return;
    latencies.push(performance.now() - dueAtMs);
    acknowledged.push(...alerts);
  }

  const startedAtMs = performance.now();
  const cpuBefore = process.cpuUsage();
  if (ratePerSecond === undefined) {
    let next = 0;
    const worker = async () => {
      while (next < requests) {
        const index = next;
        next += 1;
        await sendOne(index, performance.now());
      }
    };
    await Promise.all(Array.from({ length: concurrency }, worker));
  } else {
    const everyMs = (1_000 * alertsOfBody) / ratePerSecond;
    const sent: Promise<void>[] = [];
    while (sent.length < requests) {
      const due = Math.min(requests, Math.floor((performance.now() - startedAtMs) / everyMs) + 1);
      while (sent.length < due) sent.push(sendOne(sent.length, startedAtMs + sent.length * everyMs));
      await pause(TICK_MS);
    }
    await Promise.all(sent);
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const senderCpuMs = (cpu.user + cpu.system) / 1_000;
  agent.destroy();
  if (plan.acknowledgedFile !== undefined) {
    const lines = acknowledged.map(
      ({ fingerprint, startsAtMs, status }) => `${fingerprint} ${startsAtMs} ${status}`,
    );
    writeFileSync(plan.acknowledgedFile, lines.join('\n'));
  }
  latencies.sort((one, other) => one - other);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.ceil(share * latencies.length) - 1)] ?? Number.NaN;
  const latencyMs = { p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
  return { seconds, senderCpuMs, requests, acknowledgedAlerts: acknowledged.length, statuses, latencyMs };
}

/** The status, or `failed` and why. */
function post(agent: Agent, { secret, token, url }: LoadPlan, body: string): Promise<string> {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'content-length': String(Buffer.byteLength(body)),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(secret === undefined
      ? {}
      : { 'x-grafana-alerting-signature': createHmac('sha256', secret).update(body).digest('hex') }),
  };
  return new Promise((resolve) => {
    const outgoing = request(
      url,
      { method: 'POST', agent, headers, timeout: REQUEST_DEADLINE_MS },
      (incoming) => {
        incoming.resume();
        incoming.on('end', () => resolve(String(incoming.statusCode)));
        incoming.on('error', () => resolve('failed'));
      },
    );
    outgoing.on('timeout', () => outgoing.destroy(new Error('deadline')));
    outgoing.on('error', (error: NodeJS.ErrnoException) => resolve(`failed: ${error.code ?? error.message}`));
    outgoing.end(body);
  });
}

process.stdout.write(`${JSON.stringify(await send(JSON.parse(process.argv[2] ?? '{}') as LoadPlan))}\n`);
