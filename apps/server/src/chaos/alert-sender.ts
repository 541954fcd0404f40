import type { Random } from './create-random.js';

/** What an Alertmanager sends, and what it was told in return. */
export interface SentAlert {
  readonly service: string;
  readonly fingerprint: string;
  readonly isResolved: boolean;
  /** The incident that the answer named; absent until it was acknowledged. */
  incidentId?: string;
  attempts: number;
}

export interface AlertSender {
  /** Sends later, and again until it is acknowledged, as Alertmanager does. */
  send(alert: { service: string; fingerprint: string }, options: SendOptions): void;
  readonly alerts: readonly SentAlert[];
  /** Resolves once all was acknowledged; rejects when that takes longer. */
  acknowledged(deadlineMs: number): Promise<void>;
  stop(): void;
}

interface SendOptions {
  readonly afterMs: number;
  /** So long after it was acknowledged it is sent again, as resolved. */
  readonly resolvedAfterMs?: number;
}

interface SenderOptions {
  readonly urls: readonly string[];
  readonly random: Random;
  readonly onRefused: (what: string) => void;
}

const ANSWER_MS = 5_000;
const RETRY_MS = 250;

/** Sends to one of the replicas, and to another when that is away. */
export function createAlertSender({ onRefused, random, urls }: SenderOptions): AlertSender {
  const startedAtMs = Date.now();
  const alerts: SentAlert[] = [];
  const running = new Set<Promise<void>>();
  let isStopped = false;

  async function attempt(alert: SentAlert, place: number): Promise<string | undefined> {
    alert.attempts += 1;
    const url = urls[place % urls.length] ?? '';
    try {
      const response = await fetch(`${url}/webhooks/alertmanager`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: bodyOf(alert, startedAtMs),
        signal: AbortSignal.timeout(ANSWER_MS),
      });
      const text = await response.text();
      if (response.status === 202)
        return (JSON.parse(text) as { incidents: { id: string }[] }).incidents[0]?.id;
      // A sender does not try again what it is told to be wrong.
      if (response.status < 500 && response.status !== 429) {
        onRefused(`the alert of ${alert.service} was answered ${response.status}: ${text.slice(0, 200)}`);
        isStopped = true;
      }
    } catch {
      // Nobody listens, or the answer was lost: it may be kept or not.
    }
    return undefined;
  }

  async function deliver(alert: SentAlert, afterMs: number): Promise<void> {
    await pause(afterMs);
    for (let place = Math.floor(random() * urls.length); !isStopped; place += 1) {
      const incidentId = await attempt(alert, place);
      if (incidentId !== undefined) {
        alert.incidentId = incidentId;
        return;
      }
      await pause(RETRY_MS);
    }
  }

  async function sendAll(firing: SentAlert, { afterMs, resolvedAfterMs }: SendOptions): Promise<void> {
    await deliver(firing, afterMs);
    if (resolvedAfterMs === undefined || isStopped) return;
    const resolved = { ...firing, isResolved: true, attempts: 0 };
    delete resolved.incidentId;
    alerts.push(resolved);
    await deliver(resolved, resolvedAfterMs);
  }

  return {
    send(alert, options) {
      const firing = { ...alert, isResolved: false, attempts: 0 };
      alerts.push(firing);
      const sending = sendAll(firing, options).finally(() => running.delete(sending));
      running.add(sending);
    },
    alerts,
    async acknowledged(deadlineMs) {
      const late = setTimeout(() => {
        isStopped = true;
      }, deadlineMs);
      await Promise.all(running);
      clearTimeout(late);
    },
    stop() {
      isStopped = true;
    },
  };
}

/** Alertmanager's webhook body, version 4. Each service is in a place of its own: many of one would be a storm. */
function bodyOf({ fingerprint, isResolved, service }: SentAlert, startedAtMs: number): string {
  const status = isResolved ? 'resolved' : 'firing';
  const startsAt = new Date(startedAtMs - 60_000).toISOString();
  const endsAt = isResolved ? { endsAt: new Date(startedAtMs).toISOString() } : {};
  const labels = { alertname: fingerprint, service, namespace: `place-of-${service}` };
  const alert = { status, labels, annotations: {}, startsAt, ...endsAt, fingerprint };
  return JSON.stringify({ version: '4', status, receiver: 'midwatch', alerts: [alert] });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
