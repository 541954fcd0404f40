import { acrossCallers, callersAbove, openStage, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

const REPLICAS = { accounts: 3, orders: 2, payments: 2 } as const;
/** A killed container answers again after so many ticks. */
const TICKS_DOWN = 5;

/** A release leaks memory: minutes after it the first container is killed at its limit, and from then on one after another. */
export function oomKills(options: StoryOptions): Story {
  const stage = openStage('oom-kills', options);
  const { cast, clock, onsetTick, random } = stage;
  const part = random.pick(['accounts', 'orders', 'payments'] as const);
  const replicas = REPLICAS[part];
  const cycle = random.integer(18, 24);
  const deployTick = onsetTick - cycle;
  // Pods leak alike, but do not reach the limit in the same moment.
  const firstKill = (index: number): number => onsetTick + Math.floor((index * cycle) / replicas);
  const kills = (index: number): number[] =>
    Array.from({ length: 8 }, (_, round) => firstKill(index) + round * cycle).filter(
      (tick) => tick < clock.ticks,
    );
  const isDown = (tick: number, index: number): boolean =>
    kills(index).some((kill) => kill <= tick && tick < kill + TICKS_DOWN);
  const leakedShare = (tick: number, index: number): number => {
    if (tick < deployTick) return 0;
    const next = kills(index).find((kill) => kill > tick) ?? firstKill(index) + 9 * cycle;
    const since = kills(index).findLast((kill) => kill <= tick) ?? deployTick;
    return Math.min((tick - since) / (next - since), 0.99);
  };
  const indexes = Array.from({ length: replicas }, (_, index) => index);
  return toStory(stage, {
    disturbances: acrossCallers(stage, part, {
      intensity: (tick) => indexes.filter((index) => isDown(tick, index)).length / replicas,
      failShare: 0.85,
      servedDelayMs: (unit) => 1500 + 1500 * unit,
      failedDelayMs: (unit) => 2000 + 1500 * unit,
      failure: {
        status: 503,
        errorType: 'ConnectionReset',
        message: `request to ${cast[part]} failed: connection reset by peer`,
        stack: [],
      },
    }),
    resources: [{ service: cast[part], kills, leakedShare }],
    chatter: [
      {
        service: cast[part],
        perMinute: (atMs) => (atMs < stage.onsetMs ? 0 : 1.5),
        say: (dice) => ({
          level: 'warn',
          message: `memory pressure: working set at ${dice.integer(86, 98)} % of the limit`,
        }),
      },
    ],
    releases: {
      planted: {
        part,
        atMs: clock.startMs + deployTick * clock.tickMs,
        title: random.pick(['Keep parsed requests for reuse', 'Larger in-memory cache', 'Cache responses']),
        note: 'Saves work on repeated requests.',
      },
      herrings: ['worker', 'front', 'database'],
    },
    alert: { on: 'latency', thresholdSeconds: 1 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
