import type { Control, Store } from '@midwatch/core/incident';
import type { FirstLooks } from './first-looks.js';
import { heartbeatControl } from './heartbeat.js';
import { type SourceHealth, sourceControl } from './source-health.js';
import { type Stopped, toStopped } from './stopped.js';

/** A way in which Midwatch is blind. */
export interface Blindness {
  readonly kind: 'source' | 'heartbeat' | 'first-looks';
  /** Of the source or the heartbeat. */
  readonly name: string;
  readonly sinceMs: number;
  /** Half a sentence: `loki has not answered since 02:11 UTC` */
  readonly text: string;
}

/** How Midwatch itself is, as whoever looked last has left it. */
export interface SelfState {
  readonly stopped?: Stopped;
  readonly blind: readonly Blindness[];
  readonly sources: readonly (SourceHealth & { readonly id: string; readonly isDead: boolean })[];
  readonly heartbeats: readonly HeartbeatState[];
  /** Absent before they were measured. */
  readonly firstLooks?: Omit<FirstLooks, 'unanswered'>;
  /** When somebody looked last. Absent: nobody has yet. */
  readonly watchedAtMs?: number;
}

export interface HeartbeatState {
  readonly name: string;
  readonly everyMs: number;
  /** Absent: never. */
  readonly heardAtMs?: number;
  readonly isMissing: boolean;
}

/** What the watch keeps for the next one, and for those who read. */
export interface WatchRecord {
  readonly watchedAtMs: number;
  readonly sources: readonly string[];
  /** Since when each is listened for. */
  readonly heartbeats: readonly {
    readonly name: string;
    readonly everyMs: number;
    readonly sinceMs: number;
  }[];
  readonly blind: readonly (Blindness & { readonly seenAtMs: number })[];
  /** Since when nothing is amiss, while an incident still says so. */
  readonly clearSinceMs?: number;
  readonly told?: ToldBlindness;
}

/** The incident that tells of it. */
export interface ToldBlindness {
  readonly startsAtMs: number;
  /** Absent until the first message is on its way. */
  readonly last?: { readonly number: number; readonly gist: string; readonly atMs: number };
}

export const WATCH_CONTROL = 'watch';
export const FIRST_LOOKS_CONTROL = 'first-looks';

/** One question to the store. Rejects when the store does. */
export async function readSelfState({ controls }: Pick<Store, 'controls'>): Promise<SelfState> {
  const byName = new Map((await controls.list()).map((control) => [control.name, control]));
  const stopped = toStopped(byName.get('stopped'));
  const watch = controlValue<WatchRecord>(byName.get(WATCH_CONTROL));
  const looks = controlValue<FirstLooks>(byName.get(FIRST_LOOKS_CONTROL));
  const blind = watch?.blind ?? [];
  const isBlindTo = (kind: Blindness['kind'], name: string) =>
    blind.some((each) => each.kind === kind && each.name === name);
  const { unanswered: _, ...firstLooks } = looks ?? {};
  return {
    ...(stopped && { stopped }),
    blind: blind.map(({ kind, name, sinceMs, text }) => ({ kind, name, sinceMs, text })),
    // Of those that are configured: what is left of others is not looked at any more.
    sources: (watch?.sources ?? []).flatMap((id) => {
      const health = controlValue<SourceHealth>(byName.get(sourceControl(id)));
      return health === undefined ? [] : [{ id, ...health, isDead: isBlindTo('source', id) }];
    }),
    heartbeats: (watch?.heartbeats ?? []).map(({ everyMs, name }) => {
      const heardAtMs = controlValue<{ heardAtMs: number }>(byName.get(heartbeatControl(name)))?.heardAtMs;
      const isMissing = isBlindTo('heartbeat', name);
      return { name, everyMs, isMissing, ...(heardAtMs === undefined ? {} : { heardAtMs }) };
    }),
    ...(looks && { firstLooks: firstLooks as Omit<FirstLooks, 'unanswered'> }),
    ...(watch && { watchedAtMs: watch.watchedAtMs }),
  };
}

export function controlValue<Value>(control: Control | undefined): Value | undefined {
  return (control?.value ?? undefined) as Value | undefined;
}
