import { callersAbove, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** The worker begins to compute without measure and takes the node from another service, with which it has no other tie. */
export function noisyNeighbour(options: StoryOptions): Story {
  const stage = openStage('noisy-neighbour', options);
  const { cast, onsetTick, random } = stage;
  const victim = random.pick(['accounts', 'orders', 'payments'] as const);
  const slowestMs = random.integer(1500, 2800);
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast[victim]}`,
        place: { kind: 'in-service', service: cast[victim] },
        intensity: risingFrom(onsetTick, random.between(0.7, 0.9), 2),
        failShare: 0,
        servedDelayMs: (unit) => 60 + slowestMs * unit ** 2,
        failedDelayMs: () => 0,
        failure: { status: 503, errorType: 'Overloaded', message: 'request dropped', stack: [] },
      },
    ],
    resources: [{ service: cast.worker, extraCores: risingFrom(onsetTick, random.between(1.8, 1.95), 2) }],
    chatter: [
      {
        service: cast.worker,
        perMinute: (atMs) => (atMs < stage.onsetMs ? 0 : 3),
        say: (dice) => ({
          level: 'info',
          message: 'rebuilding the whole index',
          fields: { shard: dice.integer(1, 64), rows: dice.integer(80_000, 900_000) },
        }),
      },
    ],
    sharedNode: { node: `node-${random.integer(1, 9)}`, services: [cast.worker, cast[victim]] },
    releases: { herrings: othersThan(victim, 'worker') },
    alert: { on: 'latency', thresholdSeconds: 0.9 },
    truth: {
      kind: 'fault',
      service: cast.worker,
      victims: [cast[victim], ...callersAbove(cast, victim)],
    },
  });
}
