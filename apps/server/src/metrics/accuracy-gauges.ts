import type { LedgerStore } from '@midwatch/core/incident';
import { type Figures, readAccuracy } from '@midwatch/ledger';
import { Gauge, type Registry } from 'prom-client';
import { within } from '../within.js';
import { accuracyMeasures } from './accuracy-measures.js';

interface AccuracyGauges {
  readonly ledger: LedgerStore;
  readonly registers: Registry[];
  /** @default Date.now */
  readonly now?: () => number;
}

const DAY_MS = 86_400_000;
const MAX_AGE_MS = 60_000;
const READ_DEADLINE_MS = 2_000;
const windows = [
  { window: '30d', lengthMs: 30 * DAY_MS },
  { window: '90d', lengthMs: 90 * DAY_MS },
] as const;

/**
 * What the analyses of the last 30 and 90 days were worth, counted at most once a minute. A scrape waits two seconds for it; what
 * comes later is there for the next one. Without an answer there are no samples: an old figure would look like a new one.
 */
export function createAccuracyGauges({
  ledger,
  now = Date.now,
  registers,
}: AccuracyGauges): () => Promise<void> {
  const gauges = accuracyMeasures.map(({ help, labels = [], name, read }) => ({
    gauge: new Gauge({
      ...{ name, registers, labelNames: ['window', ...labels] },
      help: `${help}; over the rolling window of the last 30 or 90 days, counted once a minute`,
    }),
    read,
  }));
  let countedAtMs = Number.NEGATIVE_INFINITY;
  let counting: Promise<void> | undefined;

  function show(all: readonly { readonly window: string; readonly figures: Figures }[]): void {
    for (const { gauge, read } of gauges) {
      gauge.reset();
      for (const { figures, window } of all)
        for (const { labels, value } of read(figures))
          if (value !== null) gauge.set({ window, ...labels }, value);
    }
  }

  async function count(): Promise<void> {
    const nowMs = now();
    countedAtMs = nowMs;
    try {
      const all = [];
      for (const { lengthMs, window } of windows) {
        // What was recorded in this very millisecond, too.
        const accuracy = await readAccuracy(ledger, { fromMs: nowMs - lengthMs, toMs: nowMs + 1 });
        all.push({ window, figures: accuracy.all });
      }
      show(all);
    } catch {
      show([]);
    } finally {
      counting = undefined;
    }
  }

  return async () => {
    if (now() - countedAtMs >= MAX_AGE_MS) counting ??= count();
    if (counting === undefined) return;
    // Late, not lost: it goes on, and the next scrape has it.
    await within(counting, READ_DEADLINE_MS).catch(() => undefined);
  };
}
