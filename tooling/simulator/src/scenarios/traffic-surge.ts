import { callersAbove, MINUTE_MS, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** Demand multiplies within minutes, and the service with the least room answers slowly or not at all. No change is to blame. */
export function trafficSurge(options: StoryOptions): Story {
  const stage = openStage('traffic-surge', options);
  const { cast, onsetTick, random } = stage;
  const part = random.pick(['accounts', 'orders', 'payments'] as const);
  const factor = random.between(2.4, 3.4);
  const slowestMs = random.integer(2000, 3600);
  const rampTicks = 6;
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast[part]}`,
        place: { kind: 'in-service', service: cast[part] },
        intensity: risingFrom(onsetTick, random.between(0.6, 0.85), rampTicks),
        failShare: random.between(0.05, 0.15),
        servedDelayMs: (unit) => 80 + slowestMs * unit ** 1.5,
        failedDelayMs: (unit) => slowestMs * (0.9 + 0.1 * unit),
        failure: {
          status: 503,
          errorType: 'Overloaded',
          message: 'request rejected: queue of waiting requests is full',
          stack: [],
        },
      },
    ],
    resources: [
      {
        service: cast[part],
        extraCores: risingFrom(onsetTick, random.between(1.3, 1.6), rampTicks),
        throttledShare: risingFrom(onsetTick, random.between(0.2, 0.4), rampTicks),
      },
    ],
    traffic: [
      [0, 1.05],
      [1.5 * MINUTE_MS, factor],
      [60 * MINUTE_MS, factor * 1.05],
    ],
    releases: { herrings: othersThan(part) },
    alert: { on: 'latency', thresholdSeconds: 1 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
