/** Simulated time: fixed in the past, cut into scrape intervals. Tick 0 is the first moment, the last tick is now. */
export interface Clock {
  readonly startMs: number;
  readonly nowMs: number;
  readonly tickMs: number;
  readonly ticks: number;
}

const TICK_MS = 15_000;

export function createClock(startMs: number, nowMs: number): Clock {
  if (startMs % TICK_MS !== 0 || nowMs % TICK_MS !== 0)
    throw new TypeError('times must lie on a scrape interval');
  return { startMs, nowMs, tickMs: TICK_MS, ticks: (nowMs - startMs) / TICK_MS };
}

/** The scrape interval that holds a moment; clamped to simulated time. */
export function tickAt(clock: Clock, atMs: number): number {
  const tick = Math.ceil((atMs - clock.startMs) / clock.tickMs);
  return Math.min(Math.max(tick, 0), clock.ticks);
}

export function timeOfTick(clock: Clock, tick: number): number {
  return clock.startMs + tick * clock.tickMs;
}
