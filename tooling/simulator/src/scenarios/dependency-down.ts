import { acrossCallers, callersAbove, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

const PORTS = { accounts: 8080, payments: 8000, database: 6432 } as const;

/** All pods of one service stop answering, scrapes included: every call to it is refused. */
export function dependencyDown(options: StoryOptions): Story {
  const stage = openStage('dependency-down', options);
  const { cast, onsetTick, random } = stage;
  const part = random.pick(['accounts', 'payments', 'database'] as const);
  return toStory(stage, {
    disturbances: acrossCallers(stage, part, {
      intensity: risingFrom(onsetTick),
      failShare: 1,
      servedDelayMs: () => 0,
      failedDelayMs: (unit) => 0.5 + 2 * unit,
      failure: {
        status: 503,
        errorType: 'ConnectionRefused',
        message: `connect to ${cast[part]}:${PORTS[part]} failed: connection refused`,
        stack: [],
      },
    }),
    resources: [{ service: cast[part], silentFrom: onsetTick + 1 }],
    releases: { herrings: othersThan(part) },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
