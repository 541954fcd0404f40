import type { TimeWindow } from '@midwatch/core';

/** Evaluation times of one range query; the end is inclusive, as Prometheus takes it. */
export interface QueryRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** `(end - start) / step` may be 11,000 at most. */
const MAX_STEPS = 11_000;
/** Without a wish: enough to see an onset, little enough to read quickly. */
const USUAL_STEPS = 240;
const steps = [15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400].map((s) => s * 1000);

/** Aligned to the step, so that the same window gives the same points tomorrow; all points lie in the half-open window. */
export function toQueryRange(window: TimeWindow, stepMs: number | undefined): QueryRange {
  const spanMs = window.endMs - window.startMs;
  const wanted = stepMs ?? steps.find((step) => spanMs / step <= USUAL_STEPS) ?? 86_400_000;
  const smallest = Math.ceil(spanMs / MAX_STEPS / 1000) * 1000;
  const step = Math.max(Math.round(wanted), smallest, 1000);
  const startMs = Math.ceil(window.startMs / step) * step;
  const endMs = Math.floor((window.endMs - 1) / step) * step;
  // A window shorter than the step has at most one aligned time in it: its last moment stands for it otherwise.
  return startMs <= endMs
    ? { startMs, endMs, stepMs: step }
    : { startMs: window.endMs - 1, endMs: window.endMs - 1, stepMs: step };
}

/** The last moment of the window and up to four before it, to see what is there without reading all of it. */
export function toGlance(window: TimeWindow): QueryRange {
  const endMs = window.endMs - 1;
  const spanMs = endMs - window.startMs;
  // Each moment looks back five minutes by itself.
  const stepMs = Math.max(Math.ceil(spanMs / 5 / 1000) * 1000, 60_000);
  const looksBack = Math.min(Math.floor(spanMs / stepMs), 4);
  return { startMs: endMs - looksBack * stepMs, endMs, stepMs };
}

const scrapeIntervals = [5, 10, 15, 20, 30, 60, 120, 300];
/** OpenTelemetry's SDKs push once a minute, and few scrape less often. */
const USUAL_SCRAPE_SECONDS = 60;

/** The interval between samples, of which `count` lie in five minutes; 3.x counts one fewer than 2.x. */
export function toScrapeSeconds(count: number | undefined): number {
  if (count === undefined || count < 1) return USUAL_SCRAPE_SECONDS;
  return scrapeIntervals.find((seconds) => seconds >= 300 / (count + 1)) ?? 300;
}

/** `rate()` over less than four scrapes is empty whenever one is late; over less than a step it leaves samples out. */
export function toRateSeconds(stepMs: number, scrapeSeconds: number): number {
  return Math.max(4 * scrapeSeconds, Math.ceil(stepMs / 1000));
}

/** A step of which the rate window is the step whatever the scrape interval, but for very slow ones. */
export function needsScrapeInterval(stepMs: number): boolean {
  return stepMs < 4 * USUAL_SCRAPE_SECONDS * 1000;
}
