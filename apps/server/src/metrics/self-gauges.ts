import type { SelfState } from '@midwatch/responder';
import { Gauge, type Registry } from 'prom-client';

const kinds = ['source', 'heartbeat', 'first-looks'] as const;

/** What the store tells of Midwatch itself; `undefined` when it tells nothing. Labels are names of the configuration. */
export function createSelfGauges(
  registers: Registry[],
): (self: SelfState | undefined, nowMs: number) => void {
  const stopped = new Gauge({
    name: 'midwatch_stopped',
    help: 'Whether somebody has stopped all questions to models and all actions',
    registers,
  });
  const blind = new Gauge({
    name: 'midwatch_blind',
    help: 'To how many sources and heartbeats Midwatch is blind; first-looks: whether too few are complete',
    labelNames: ['kind'],
    registers,
  });
  const sources = new Gauge({
    name: 'midwatch_source_up',
    help: 'Whether a source answered when it was asked for its health last',
    labelNames: ['source'],
    registers,
  });
  const heartbeats = new Gauge({
    name: 'midwatch_heartbeat_age_seconds',
    help: 'Since when a heartbeat was not heard; absent before it was heard first',
    labelNames: ['heartbeat'],
    registers,
  });
  const looks = new Gauge({
    name: 'midwatch_first_looks_complete_ratio',
    help: 'Of the latest first looks, the share that every source answered in time and whose message arrived',
    registers,
  });
  const watched = new Gauge({
    name: 'midwatch_watched_age_seconds',
    help: 'Since when Midwatch did not look at itself; it does so every minute',
    registers,
  });

  return (self, nowMs) => {
    // What is not configured any more would stay, and an old figure would look like a new one.
    for (const gauge of [blind, sources, heartbeats]) gauge.reset();
    for (const gauge of [looks, watched]) gauge.set(Number.NaN);
    stopped.set(self === undefined ? Number.NaN : self.stopped === undefined ? 0 : 1);
    if (self === undefined) return;
    for (const kind of kinds) blind.set({ kind }, self.blind.filter((each) => each.kind === kind).length);
    for (const { id, state } of self.sources) sources.set({ source: id }, state === 'ok' ? 1 : 0);
    for (const { heardAtMs, name } of self.heartbeats)
      if (heardAtMs !== undefined) heartbeats.set({ heartbeat: name }, (nowMs - heardAtMs) / 1000);
    const { firstLooks, watchedAtMs } = self;
    if (firstLooks !== undefined && firstLooks.count > 0) looks.set(firstLooks.complete / firstLooks.count);
    if (watchedAtMs !== undefined) watched.set((nowMs - watchedAtMs) / 1000);
  };
}
