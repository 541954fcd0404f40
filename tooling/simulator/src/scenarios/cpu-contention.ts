import { callersAbove, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** A service computes at its limit and is held back by the scheduler: all it does itself takes many times as long. */
export function cpuContention(options: StoryOptions): Story {
  const stage = openStage('cpu-contention', options);
  const { cast, onsetTick, random } = stage;
  const part = random.pick(['front', 'accounts', 'orders', 'payments'] as const);
  const intensity = risingFrom(onsetTick, random.between(0.75, 0.95), 3);
  const slowestMs = random.integer(1600, 3200);
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast[part]}`,
        place: { kind: 'in-service', service: cast[part] },
        intensity,
        failShare: 0.01,
        // Held back for whole periods of 100 ms: most requests for a few, some for many.
        servedDelayMs: (unit) => 120 + slowestMs * unit ** 2,
        failedDelayMs: (unit) => slowestMs * (1 + unit),
        failure: {
          status: 503,
          errorType: 'Overloaded',
          message: 'request dropped: no worker became free',
          stack: [],
        },
      },
    ],
    resources: [
      {
        service: cast[part],
        extraCores: risingFrom(onsetTick, random.between(1.72, 1.9), 3),
        throttledShare: risingFrom(onsetTick, random.between(0.55, 0.85), 3),
      },
    ],
    releases: { herrings: othersThan(part) },
    alert: { on: 'latency', thresholdSeconds: 1 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
