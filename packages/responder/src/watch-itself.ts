import type { Store } from '@midwatch/core/incident';
import { findBlindness } from './find-blindness.js';
import { type FirstLooks, measureFirstLooks } from './first-looks.js';
import { heartbeatControl } from './heartbeat.js';
import type { ResponderOptions } from './responder-options.js';
import { type LifeCycleRules, toRules } from './rules.js';
import {
  type Blindness,
  controlValue,
  FIRST_LOOKS_CONTROL,
  WATCH_CONTROL,
  type WatchRecord,
} from './self-state.js';
import { checkSources } from './source-health.js';
import { gistOf, tellBlindness } from './tell-blindness.js';
import { nameHeartbeat } from './watch-rules.js';

export type WatchOptions = Pick<
  ResponderOptions,
  'connectors' | 'fetch' | 'notifiers' | 'now' | 'redact' | 'rules' | 'store'
>;

/** Called about once a minute by each replica; a little less, so that two clocks do not skip a turn. */
const TURN_MS = 50_000;
/** A message about Midwatch itself is edited at most so often. */
const TELL_EVERY_MS = 5 * 60_000;

/**
 * Looks at Midwatch itself: whether its sources answer, its heartbeats are heard and its first looks succeed. Call it about once a
 * minute in every replica: one of them does the work. What is amiss for long enough opens one incident, which is edited and resolved
 * as things change. Rejects only when the store does.
 */
export async function watchItself(options: WatchOptions): Promise<void> {
  const { notifiers, store } = options;
  const nowMs = (options.now ?? Date.now)();
  const rules = toRules(options.rules);
  if (!(await store.controls.takeTurn({ name: 'turn/watch', nowMs, everyMs: TURN_MS }))) return;
  const before = controlValue<WatchRecord>(await store.controls.get(WATCH_CONTROL));
  const firstLooks = await firstLooksOf(store, rules, nowMs);
  const sources = await checkSources({ ...options, firstLooks, nowMs, rules: rules.watch });
  const heartbeats = rules.heartbeats.map((rule) => {
    const name = nameHeartbeat(rule);
    const known = before?.heartbeats.find((each) => each.name === name);
    return { name, everyMs: rule.everyMs, sinceMs: known?.sinceMs ?? nowMs };
  });
  const heard = await Promise.all(heartbeats.map((each) => withHeardAt(store, each)));
  const found = findBlindness({ sources, heartbeats: heard, firstLooks, rules: rules.watch, nowMs });
  const blind = found.map((each) => ({ ...each, seenAtMs: seenBefore(before, each) ?? nowMs }));
  const record = {
    ...{ watchedAtMs: nowMs, sources: [...sources.keys()], heartbeats, blind },
    ...(before?.told && { told: before.told }),
    ...(blind.length === 0 && before?.told && { clearSinceMs: before.clearSinceMs ?? nowMs }),
  };
  await store.controls.set(WATCH_CONTROL, record, nowMs);
  await tell({ notifiers, rules, store }, record, nowMs);
}

/** As often as sources that are well are asked. */
async function firstLooksOf(
  store: Store,
  rules: LifeCycleRules,
  nowMs: number,
): Promise<FirstLooks | undefined> {
  const known = controlValue<FirstLooks>(await store.controls.get(FIRST_LOOKS_CONTROL));
  if (known !== undefined && known.measuredAtMs + rules.watch.checkEveryMs > nowMs) return known;
  const measured = await measureFirstLooks({ store, rules, nowMs });
  await store.controls.set(FIRST_LOOKS_CONTROL, measured, nowMs);
  return measured;
}

async function withHeardAt<Heartbeat extends { readonly name: string }>(store: Store, heartbeat: Heartbeat) {
  const control = await store.controls.get(heartbeatControl(heartbeat.name));
  return { ...heartbeat, heardAtMs: controlValue<{ heardAtMs: number }>(control)?.heardAtMs };
}

function seenBefore(before: WatchRecord | undefined, { kind, name }: Blindness): number | undefined {
  return before?.blind.find((each) => each.kind === kind && each.name === name)?.seenAtMs;
}

interface Telling extends Pick<WatchOptions, 'notifiers' | 'store'> {
  readonly rules: LifeCycleRules;
}

/** What is to be told is kept before it is told: whoever takes over after a crash tells the same. */
async function tell(context: Telling, record: WatchRecord, nowMs: number): Promise<void> {
  const { rules, store } = context;
  const held = record.blind.filter(({ seenAtMs }) => nowMs - seenAtMs >= rules.watch.holdMs);
  const { told: known, ...rest } = record;
  if (known === undefined) {
    if (held.length === 0) return;
    const told = { startsAtMs: nowMs };
    await store.controls.set(WATCH_CONTROL, { ...rest, told }, nowMs);
    const last = await tellBlindness(context, told, held, nowMs);
    await store.controls.set(WATCH_CONTROL, { ...rest, told: { ...told, last } }, nowMs);
    return;
  }
  if (record.blind.length === 0) {
    if (nowMs - (record.clearSinceMs ?? nowMs) < rules.watch.holdMs) return;
    await tellBlindness(context, known, [], nowMs);
    const { clearSinceMs: _, ...over } = rest;
    await store.controls.set(WATCH_CONTROL, over, nowMs);
    return;
  }
  const isTold = known.last?.gist === gistOf(held) || held.length === 0;
  if (isTold || nowMs - (known.last?.atMs ?? 0) < TELL_EVERY_MS) return;
  const last = await tellBlindness(context, known, held, nowMs);
  await store.controls.set(WATCH_CONTROL, { ...rest, told: { ...known, last } }, nowMs);
}
