import type { Disturbance, Failure } from '../engine/disturbance.js';
import { settingKeys } from '../scenario-names.js';
import type { Part } from './pool-exhaustion-releases.js';
import { callersAbove, openStage, type Stage, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

const EDGES: readonly (readonly [Part, Part])[] = [
  ['front', 'orders'],
  ['front', 'accounts'],
  ['accounts', 'database'],
  ['orders', 'database'],
  ['orders', 'payments'],
  ['payments', 'database'],
];
const REPLICAS: Readonly<Partial<Record<Part, number>>> = { front: 3, accounts: 3 };

interface Mistake {
  readonly setting: { readonly key: string; readonly before: string; readonly after: string };
  readonly failure: Failure;
  readonly failedDelayMs: (unit: number) => number;
}

/** A release gives one setting a wrong value; each pod that starts with it fails its calls from the first moment. */
export function badConfiguration(options: StoryOptions): Story {
  const stage = openStage('bad-configuration', options);
  const { cast, onsetMs, onsetTick, random } = stage;
  const [caller, callee] = random.pick(EDGES);
  const mistake = random.pick([wrongPort, tooShortDeadline, wrongAudience])(stage, callee);
  const replicas = REPLICAS[caller] ?? 2;
  const fault: Disturbance = {
    id: `${stage.name}:${cast[caller]}:${cast[callee]}`,
    place: { kind: 'in-call', caller: cast[caller], callee: cast[callee] },
    // Pods change over one by one, a tick apart.
    intensity: (tick) => Math.min(Math.max(tick - onsetTick, 0), replicas) / replicas,
    failShare: 0.97,
    servedDelayMs: (unit) => 2 * unit,
    failedDelayMs: mistake.failedDelayMs,
    failure: mistake.failure,
  };
  return toStory(stage, {
    disturbances: [fault],
    releases: {
      planted: {
        part: caller,
        atMs: onsetMs,
        setting: mistake.setting,
        title: random.pick(['Move settings to the new layout', 'Tidy connection settings', 'Align settings']),
        note: 'Same values in a new place.',
      },
      herrings: ['worker', 'payments', 'database', 'accounts'],
    },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[caller], victims: callersAbove(cast, caller) },
  });
}

function wrongPort({ cast, random }: Stage, callee: Part): Mistake {
  const right = callee === 'database' ? 6432 : callee === 'payments' ? 8000 : 8080;
  const wrong = random.pick([right + 10, right - 9, right * 10 - 9 * right + 1]);
  const key = callee === 'database' ? settingKeys.port[0] : random.pick(settingKeys.port.slice(1));
  return {
    setting: { key, before: String(right), after: String(wrong) },
    failure: {
      status: 502,
      errorType: 'ConnectionRefused',
      message: `connect to ${cast[callee]}:${wrong} failed: connection refused`,
      stack: [],
    },
    failedDelayMs: (unit) => 1 + 3 * unit,
  };
}

function tooShortDeadline({ cast, random }: Stage, callee: Part): Mistake {
  const before = random.pick([1500, 2000, 3000, 5000]);
  const after = before / 1000;
  return {
    setting: { key: random.pick(settingKeys.deadline), before: String(before), after: String(after) },
    failure: {
      status: 504,
      errorType: 'DeadlineExceeded',
      message: `call to ${cast[callee]} gave up: deadline of ${after} ms exceeded`,
      stack: [],
    },
    failedDelayMs: (unit) => after + unit,
  };
}

function wrongAudience({ cast, random }: Stage, callee: Part): Mistake {
  const before = random.pick(['shop-internal', 'retail-mesh', 'platform']);
  return {
    setting: { key: random.pick(settingKeys.audience), before, after: `${before}-staging` },
    failure: {
      status: 500,
      errorType: 'TokenRejected',
      message: `no token for ${cast[callee]}: audience ${before}-staging is not known to the issuer`,
      stack: [],
    },
    failedDelayMs: (unit) => 8 + 20 * unit,
  };
}
