import type { SoakSources } from './soak-sources.ts';

export interface SoakLoad {
  readonly counts: { fired: number; resolved: number; firedAgain: number; storms: number };
  /** Alerts that were not acknowledged, by why. */
  readonly refused: ReadonlyMap<string, number>;
  /** Of each acknowledgement. */
  readonly answeredMs: readonly number[];
  /** No new incidents; what fires is left as it is. */
  stop(): void;
}

interface SoakLoadOptions {
  readonly url: string;
  readonly random: () => number;
  readonly sources: SoakSources;
  readonly everyMs: number;
}

const STORM_EVERY_MS = 5 * 60_000;
const STORM_SERVICES = 30;

/**
 * An incident each `everyMs`, in a place of its own, with two alerts. Each is resolved within a minute; half of them fire again
 * half a minute later, and are resolved again. Each five minutes 30 services of one place fire at once.
 */
export function sendSoakLoad({ everyMs, random, sources, url }: SoakLoadOptions): SoakLoad {
  const counts = { fired: 0, resolved: 0, firedAgain: 0, storms: 0 };
  const refused = new Map<string, number>();
  const answeredMs: number[] = [];
  const timers = new Set<NodeJS.Timeout>();
  let made = 0;
  let firings = 0;

  function later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      timers.delete(timer);
      work();
    }, ms);
    timers.add(timer);
  }

  async function post(
    labels: Readonly<Record<string, string>>,
    startsAtMs: number,
    isOver: boolean,
  ): Promise<void> {
    const status = isOver ? 'resolved' : 'firing';
    const alert = {
      ...{
        status,
        labels,
        annotations: { summary: 'p99 is above 2 s' },
        fingerprint: JSON.stringify(labels),
      },
      startsAt: new Date(startsAtMs).toISOString(),
      ...(isOver ? { endsAt: new Date().toISOString() } : {}),
    };
    const body = JSON.stringify({ version: '4', status, receiver: 'midwatch', alerts: [alert] });
    const startedAtMs = performance.now();
    try {
      const response = await fetch(`${url}/webhooks/alertmanager`, {
        ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body },
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.status === 202) answeredMs.push(performance.now() - startedAtMs);
      else refuse(`HTTP ${response.status}`);
    } catch (error) {
      refuse(nameOf(error));
    }
  }

  function refuse(why: string): void {
    refused.set(why, (refused.get(why) ?? 0) + 1);
  }

  /** Fires now, is over a little later, and perhaps once more. */
  function live(labels: Readonly<Record<string, string>>, again: boolean): void {
    firings += 1;
    // Each firing has a start of its own, and all of them fall into the story.
    const startsAtMs = sources.story().startsAtMs + firings;
    counts.fired += 1;
    void post(labels, startsAtMs, false);
    later(10_000 + random() * 50_000, () => {
      counts.resolved += 1;
      void post(labels, startsAtMs, true);
      if (!again) return;
      later(30_000, () => {
        counts.firedAgain += 1;
        live(labels, false);
      });
    });
  }

  function open(): void {
    made += 1;
    const place = { service: `soak-${made}`, namespace: `place-${made}` };
    const again = random() < 0.5;
    for (const alertname of ['LatencyHigh', 'ErrorsHigh']) live({ alertname, ...place }, again);
    later(everyMs, open);
  }

  function storm(): void {
    counts.storms += 1;
    made += STORM_SERVICES;
    for (let index = 0; index < STORM_SERVICES; index += 1)
      live({ alertname: 'LatencyHigh', service: `soak-${made - index}`, namespace: `place-${made}` }, false);
    later(STORM_EVERY_MS, storm);
  }

  open();
  later(STORM_EVERY_MS / 2, storm);
  return {
    ...{ answeredMs, counts, refused },
    stop() {
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** `TimeoutError`, `ECONNRESET`. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
