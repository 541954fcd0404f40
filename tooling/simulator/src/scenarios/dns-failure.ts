import type { Disturbance } from '../engine/disturbance.js';
import {
  acrossCallees,
  acrossCallers,
  callersAbove,
  openStage,
  othersThan,
  risingFrom,
  toStory,
} from './stage.js';
import type { Story, StoryOptions } from './story.js';

/**
 * Names are no longer found. Either one service's own resolver is broken, and all its calls fail while others reach the
 * same callees; or one service's record is gone, and everybody who calls it fails.
 */
export function dnsFailure(options: StoryOptions): Story {
  const stage = openStage('dns-failure', options);
  const { cast, onsetTick, random } = stage;
  const resolver = random.chance(0.5);
  const part = resolver
    ? random.pick(['front', 'orders'] as const)
    : random.pick(['accounts', 'database'] as const);
  const address = '10.96.0.10:53';
  const nameOf = (service: string): string => `${service}.${cast.namespace}.svc.cluster.local`;
  const [waitMs, share] = [random.integer(3, 5) * 1000, random.between(0.7, 1)];
  const timeout = (callee: string): Omit<Disturbance, 'id' | 'place'> => ({
    intensity: risingFrom(onsetTick, share),
    failShare: 0.9,
    servedDelayMs: (unit) => waitMs * (0.5 + 0.5 * unit),
    failedDelayMs: (unit) => waitMs + 40 * unit,
    failure: {
      status: 503,
      errorType: 'NameResolution',
      message: `lookup ${nameOf(callee)} on ${address} failed: temporary failure in name resolution`,
      stack: [],
    },
  });
  const gone: Omit<Disturbance, 'id' | 'place'> = {
    // Some still know the answer from before.
    intensity: risingFrom(onsetTick, 0.8 * share),
    failShare: 1,
    servedDelayMs: () => 0,
    failedDelayMs: (unit) => 2 + 4 * unit,
    failure: {
      status: 503,
      errorType: 'UnknownHost',
      message: `lookup ${nameOf(cast[part])} on ${address} failed: no such host`,
      stack: [],
    },
  };
  return toStory(stage, {
    disturbances: resolver ? acrossCallees(stage, part, timeout) : acrossCallers(stage, part, gone),
    releases: { herrings: othersThan(part) },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
