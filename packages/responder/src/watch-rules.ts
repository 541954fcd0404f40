import * as z from 'zod';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const name = z.string().min(1).max(100);

export const heartbeatsSchema = z
  .array(
    z.strictObject({
      alert: name,
      everyMs: z.int().min(MINUTE_MS).max(DAY_MS),
      environment: name.optional(),
      labels: z.record(name, z.string().max(100)).optional(),
    }),
  )
  .max(50)
  .superRefine((rules, context) => {
    const names = rules.map((rule) => nameHeartbeat(rule));
    for (const [index, each] of names.entries())
      if (names.indexOf(each) !== index)
        context.addIssue({ code: 'custom', path: [index], message: 'is there twice' });
  });

export const watchSchema = z.strictObject({
  checkEveryMs: z.int().min(MINUTE_MS).max(DAY_MS).optional(),
  deadAfterChecks: z.int().min(1).max(100).optional(),
  firstLooks: z.int().min(5).max(100).optional(),
  leastCompleteShare: z.number().min(0).max(1).optional(),
  holdMs: z
    .int()
    .min(30 * SECOND_MS)
    .max(DAY_MS)
    .optional(),
});

/** An alert that always fires, such as Prometheus' `Watchdog`: heard, it says that alerts arrive. It never opens an incident. */
export interface HeartbeatRule {
  /** The alert's name. */
  readonly alert: string;
  /** Not heard for longer than this, alerts are taken not to arrive: more than the sender's own repetition. */
  readonly everyMs: number;
  /** Only of this environment. @default any */
  readonly environment?: string | undefined;
  /** Only with these labels. @default any */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** When Midwatch is blind, and when it says so. */
export interface WatchRules {
  /** How often each source is asked for its health; one that failed, every minute. */
  readonly checkEveryMs: number;
  /** A source that failed so many checks on end is dead. */
  readonly deadAfterChecks: number;
  /** So many of the latest first looks, of at most six hours, are judged; fewer than five are not. */
  readonly firstLooks: number;
  /** Below this share of complete ones something is wrong. 0: never. */
  readonly leastCompleteShare: number;
  /** Blindness is told, and told to be over, when it has been so for this long. */
  readonly holdMs: number;
}

export const DEFAULT_WATCH: WatchRules = {
  checkEveryMs: 5 * MINUTE_MS,
  deadAfterChecks: 3,
  firstLooks: 20,
  leastCompleteShare: 0.5,
  holdMs: 2 * MINUTE_MS,
};

/** `Watchdog in prod (cluster=eu)` */
export function nameHeartbeat({
  alert,
  environment,
  labels = {},
}: Pick<HeartbeatRule, 'alert' | 'environment' | 'labels'>): string {
  const pairs = Object.entries(labels)
    .map(([label, value]) => `${label}=${value}`)
    .sort();
  const where = environment === undefined ? '' : ` in ${environment}`;
  return `${alert}${where}${pairs.length === 0 ? '' : ` (${pairs.join(', ')})`}`;
}
