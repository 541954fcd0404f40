import type { Calibration, LedgerStore } from '@midwatch/core/incident';
import { type Figures, readCalibrations, toFigures } from '@midwatch/ledger';
import { Gauge, type Registry } from 'prom-client';
import { within } from '../within.js';
import { accuracyMeasures } from './accuracy-measures.js';
import { calibrationMeasures } from './calibration-measures.js';

interface AccuracyGauges {
  readonly ledger: LedgerStore;
  readonly registers: Registry[];
  /** @default Date.now */
  readonly now?: () => number;
}

const DAY_MS = 86_400_000;
const MAX_AGE_MS = 60_000;
const READ_DEADLINE_MS = 2_000;
/** Models and prompts that were asked in half a year: those of most cases. */
const MAX_CALIBRATIONS = 20;
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
  const calibrationGauges = calibrationMeasures.map(({ help, labels = [], name, read }) => ({
    gauge: new Gauge({
      ...{ name, registers, labelNames: ['analyzer', 'model', 'prompt_version', ...labels] },
      help: `${help}; settled by people, over the last 180 days, counted once a minute`,
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

  function showCalibrations(calibrations: readonly Calibration[]): void {
    for (const { gauge, read } of calibrationGauges) {
      gauge.reset();
      for (const calibration of calibrations.slice(0, MAX_CALIBRATIONS)) {
        const { model = '', name: analyzer, promptVersion = '' } = calibration.analyzer;
        for (const { labels, value } of read(calibration))
          gauge.set({ analyzer, model, prompt_version: promptVersion, ...labels }, value);
      }
    }
  }

  async function count(): Promise<void> {
    const nowMs = now();
    countedAtMs = nowMs;
    try {
      const all: { readonly window: string; readonly figures: Figures }[] = [];
      // What was recorded in this very millisecond, too.
      const toMs = nowMs + 1;
      for (const { lengthMs, window } of windows) {
        const [tally] = await ledger.tally({ fromMs: nowMs - lengthMs, toMs });
        if (tally !== undefined) all.push({ window, figures: toFigures(tally) });
      }
      const calibrations = await readCalibrations(ledger, toMs);
      show(all);
      showCalibrations(calibrations);
    } catch {
      show([]);
      showCalibrations([]);
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
