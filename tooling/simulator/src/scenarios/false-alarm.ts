import { MINUTE_MS, openStage, othersThan, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

/** Clients on a bad line make the front door look slow for some minutes; by the time anybody looks all is as ever. */
export function falseAlarm(options: StoryOptions): Story {
  const stage = openStage('false-alarm', options);
  const { cast, clock, onsetMs, onsetTick, random } = stage;
  const blipTicks = random.integer(8, 11);
  const share = random.between(0.05, 0.1);
  const slowestMs = random.integer(1800, 2600);
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast.front}`,
        place: { kind: 'in-service', service: cast.front },
        intensity: (tick) => (tick > onsetTick && tick <= onsetTick + blipTicks ? share : 0),
        failShare: 0,
        servedDelayMs: (unit) => 700 + slowestMs * unit,
        failedDelayMs: () => 0,
        failure: {
          status: 408,
          errorType: 'SlowClient',
          message: 'client sent its request slowly',
          stack: [],
        },
      },
    ],
    releases: { herrings: othersThan('front') },
    alert: { on: 'latency', thresholdSeconds: 1 },
    notifiedAtMs: Math.min(onsetMs + 5 * MINUTE_MS, clock.nowMs),
    truth: { kind: 'no-fault', victims: [] },
  });
}
