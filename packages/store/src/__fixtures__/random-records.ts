import type { AlertRecord, Effects } from '@midwatch/core/incident';
import { sampleRecord } from './sample-records.js';

/** Numbers from 0 on, below the one that is given: the same for the same seed. */
function createDraw(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    // mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/**
 * Few alerts of few services in two places within a minute: repetitions, resolves, recurrences, joins and storms stand in every
 * order. The prefix keeps two series in one store apart.
 */
export function randomRecords(seed: number, count: number, prefix: string): readonly AlertRecord[] {
  const draw = createDraw(seed);
  let nowMs = 100_000;
  return Array.from({ length: count }, () => {
    nowMs += draw(700);
    const fingerprint = `${prefix}-f${draw(24)}`;
    const startsAtMs = 1_000 * (1 + draw(3));
    const service = `s${draw(9)}`;
    const namespace = `${prefix}-n${draw(2)}`;
    const status = draw(3) === 0 ? ('resolved' as const) : ('firing' as const);
    const told = (what: string): Effects => ({
      steps: [{ key: `${what}-${draw(3)}`, kind: what, input: { fingerprint }, dueAtMs: nowMs + draw(50) }],
      audit: [{ actor: 'a', action: what, detail: { fingerprint, startsAtMs } }],
    });
    return sampleRecord({
      incidentId: `${prefix}-inc-${fingerprint}-${startsAtMs}`,
      groupKey: `${namespace}/${service}`,
      nowMs,
      joinSinceMs: nowMs - 4_000,
      ...(draw(4) === 0 ? {} : { reopenSinceMs: nowMs - 6_000 }),
      ...(draw(4) === 0 ? {} : { openedSinceMs: nowMs - 20_000 }),
      ...(draw(5) === 0
        ? {}
        : {
            storm: {
              groupKey: `${namespace}/storm`,
              title: `storm in ${namespace}`,
              incidents: 3,
              joinSinceMs: nowMs - 3_000,
              countSinceMs: nowMs - 5_000,
              effects: { opened: told('storm-opened'), joined: told('storm-joined') },
            },
          }),
      effects: { opened: told('opened'), joined: told('joined'), resolved: told('resolved'), turned: told('turned') },
      alert: {
        fingerprint,
        startsAtMs,
        status,
        target: { service, namespace },
        ...(status === 'resolved' ? { endsAtMs: nowMs - draw(500) } : {}),
      },
    });
  });
}
