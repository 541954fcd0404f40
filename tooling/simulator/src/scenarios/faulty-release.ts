import type { Failure } from '../engine/disturbance.js';
import type { Random } from '../engine/random.js';
import { callersAbove, openStage, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

const REPLICAS = 2;

/** A release two hops behind the alerting service brings a mistake in code: a share of its requests ends in an exception. */
export function faultyRelease(options: StoryOptions): Story {
  const stage = openStage('faulty-release', options);
  const { cast, onsetMs, onsetTick, random } = stage;
  const part = random.pick(['payments', 'database'] as const);
  const share = random.between(0.45, 0.95);
  const failure = part === 'payments' ? pythonException(random) : serverError(random);
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast[part]}`,
        place: { kind: 'in-service', service: cast[part] },
        intensity: (tick) => (share * Math.min(Math.max(tick - onsetTick, 0), REPLICAS)) / REPLICAS,
        failShare: 1,
        servedDelayMs: () => 0,
        failedDelayMs: (unit) => 1 + 4 * unit,
        failure,
      },
    ],
    releases: {
      planted: {
        part,
        atMs: onsetMs,
        title: random.pick(['Simplify request parsing', 'Refactor the write path', 'Use the new client']),
        note: 'No change in behaviour expected.',
      },
      herrings: ['worker', 'front', 'accounts', 'orders'],
    },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}

function pythonException(random: Random): Failure {
  const [errorType, what, line] = random.pick([
    ['KeyError', "'tax_region'", 'region = charge["tax_region"]'],
    ['TypeError', "unsupported operand type(s) for +: 'NoneType' and 'int'", 'total = charge.fee + amount'],
    ['AttributeError', "'NoneType' object has no attribute 'currency'", 'return account.wallet.currency'],
  ] as const);
  return {
    status: 500,
    errorType,
    message: `unhandled exception while charging: ${errorType}: ${what}`,
    stack: [
      'Traceback (most recent call last):',
      `  File "/srv/app/charges/handler.py", line ${random.integer(60, 140)}, in handle`,
      '    result = self.process(charge)',
      `  File "/srv/app/charges/process.py", line ${random.integer(20, 90)}, in process`,
      `    ${line}`,
      `${errorType}: ${what}`,
    ],
  };
}

function serverError(random: Random): Failure {
  const what = random.pick([
    'prepared statement does not exist on this server connection',
    'unexpected packet from client: protocol state mismatch',
    'parameter count of bind does not match the cached plan',
  ]);
  return { status: 500, errorType: 'ProtocolViolation', message: `query failed: ${what}`, stack: [] };
}
