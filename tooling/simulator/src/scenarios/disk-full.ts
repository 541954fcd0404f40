import type { Failure } from '../engine/disturbance.js';
import { callersAbove, openStage, othersThan, risingFrom, toStory } from './stage.js';
import type { Story, StoryOptions } from './story.js';

const WRITES = {
  orders: ['create-order'],
  payments: ['charge'],
  database: ['insert-session', 'insert-order', 'insert-charge'],
} as const;
const FAILURES: Readonly<Record<keyof typeof WRITES, Failure>> = {
  orders: {
    status: 500,
    errorType: 'JournalWrite',
    message: 'Journal entry not written: No space left on device',
    stack: [
      'java.io.IOException: No space left on device',
      '\tat java.base/sun.nio.ch.FileDispatcherImpl.write0(Native Method)',
      '\tat com.example.orders.journal.Journal.append(Journal.java:93)',
      '\tat com.example.orders.OrderService.accept(OrderService.java:151)',
    ],
  },
  payments: {
    status: 500,
    errorType: 'OSError',
    message: 'charge not recorded: [Errno 28] No space left on device',
    stack: [
      'Traceback (most recent call last):',
      '  File "/srv/app/charges/journal.py", line 57, in append',
      '    handle.write(record)',
      'OSError: [Errno 28] No space left on device',
    ],
  },
  database: {
    status: 500,
    errorType: 'DiskFull',
    message: 'could not extend file "base/16402/24871": No space left on device',
    stack: [],
  },
};

/** A volume that has filled for a day is full: everything that writes to it fails, and reads go on. */
export function diskFull(options: StoryOptions): Story {
  const stage = openStage('disk-full', options);
  const { cast, onsetTick, random } = stage;
  const part = random.pick(['orders', 'payments', 'database'] as const);
  const before = random.between(0.62, 0.78);
  return toStory(stage, {
    disturbances: [
      {
        id: `${stage.name}:${cast[part]}`,
        place: { kind: 'in-service', service: cast[part], operations: WRITES[part] },
        intensity: risingFrom(onsetTick),
        failShare: random.between(0.9, 1),
        servedDelayMs: (unit) => 20 * unit,
        failedDelayMs: (unit) => 2 + 6 * unit,
        failure: FAILURES[part],
      },
    ],
    resources: [
      {
        service: cast[part],
        // Slowly through the day, then quickly to the end.
        diskUsed: (tick) => {
          const day = Math.min(tick / onsetTick, 1);
          return before + (1 - before) * (0.5 * day + 0.5 * day ** 40);
        },
      },
    ],
    releases: { herrings: othersThan(part) },
    alert: { on: 'failures', thresholdErrorShare: 0.03 },
    truth: { kind: 'fault', service: cast[part], victims: callersAbove(cast, part) },
  });
}
