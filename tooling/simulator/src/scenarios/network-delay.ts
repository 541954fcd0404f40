import { acrossCallers, callersAbove, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** The way to one service becomes slow for all who call it; the service itself works as ever and says nothing. */
export function networkDelay(options: StoryOptions): Story {
  const stage = openStage('network-delay', options);
  const { cast, onsetTick, random } = stage;
  const part = random.pick(['accounts', 'orders', 'payments', 'database'] as const);
  const [leastMs, spreadMs] = [random.integer(700, 1600), random.integer(200, 900)];
  return toStory(stage, {
    disturbances: acrossCallers(stage, part, {
      intensity: risingFrom(onsetTick, random.between(0.85, 1)),
      failShare: 0,
      servedDelayMs: (unit) => leastMs + spreadMs * unit,
      failedDelayMs: () => 0,
      failure: { status: 504, errorType: 'Timeout', message: 'no answer in time', stack: [] },
    }),
    releases: { herrings: othersThan(part) },
    alert: { on: 'latency', thresholdSeconds: 0.75 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
