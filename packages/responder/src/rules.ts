import * as z from 'zod';
import {
  DEFAULT_WATCH,
  type HeartbeatRule,
  heartbeatsSchema,
  type WatchRules,
  watchSchema,
} from './watch-rules.js';

const MINUTE_MS = 60_000;
const duration = z
  .int()
  .min(0)
  .max(7 * 24 * 60 * MINUTE_MS);

const time = z.iso.datetime({
  offset: true,
  error: 'must be a time with its offset, such as 2026-11-28T01:00:00Z',
});

const windowSchema = z
  .strictObject({
    startsAt: time,
    endsAt: time,
    environment: z.string().min(1).optional(),
    namespace: z.string().min(1).optional(),
    service: z.string().min(1).optional(),
    reason: z.string().max(200).optional(),
  })
  .refine(({ endsAt, startsAt }) => Date.parse(startsAt) < Date.parse(endsAt), {
    path: ['endsAt'],
    message: 'must be after `startsAt`',
  })
  .refine((window) => [window.environment, window.namespace, window.service].some(Boolean), {
    message: 'must name a service, a namespace or an environment: without one, nobody would be called at all',
  });

/** The rules of the life of incidents, as they are configured: what is left out is as in `DEFAULT_RULES`. */
export const rulesSchema = z
  .strictObject({
    joinWindowMs: duration.optional(),
    reopenWindowMs: duration.optional(),
    maxAgeMs: duration.min(MINUTE_MS).optional(),
    cooldownMs: duration.optional(),
    secondLooksAfterMs: z.array(duration.min(MINUTE_MS)).max(4).optional(),
    storm: z
      .union([
        z.literal('none'),
        z.strictObject({
          services: z.int().min(2).max(1_000),
          withinMs: duration.min(1_000),
          joinWindowMs: duration.min(1_000),
        }),
      ])
      .optional(),
    maintenance: z.array(windowSchema).max(1_000).optional(),
    heartbeats: heartbeatsSchema.optional(),
    watch: watchSchema.optional(),
  })
  .superRefine(({ cooldownMs = DEFAULT_RULES.cooldownMs, secondLooksAfterMs = [] }, context) => {
    for (const [index, afterMs] of secondLooksAfterMs.entries()) {
      if (afterMs - (secondLooksAfterMs[index - 1] ?? 0) >= cooldownMs) continue;
      const message = 'comes within the cooldown of the look before it, so that it would never be made';
      context.addIssue({ code: 'custom', path: ['secondLooksAfterMs', index], message });
    }
  });

/** Nobody is called for what it covers, and no model is asked. Of what is left out, every value is covered. */
export interface MaintenanceWindow {
  /** With an offset: `2026-11-23T02:00:00Z`. */
  readonly startsAt: string;
  /** Not included. An alert that still fires then is looked at and told. */
  readonly endsAt: string;
  readonly environment?: string | undefined;
  readonly namespace?: string | undefined;
  readonly service?: string | undefined;
  /** For people. */
  readonly reason?: string | undefined;
}

/** Every rule of the life of incidents; `docs/life-cycle.md` says what each is for. */
export interface LifeCycleRules {
  /** An alert joins the incident of its service whose newest alert came at most this long before. */
  readonly joinWindowMs: number;
  /** The same alert again goes on with its incident, when that was resolved at most this long before. */
  readonly reopenWindowMs: number;
  /** An incident that was opened longer ago than this takes no alert in: the next one opens another. */
  readonly maxAgeMs: number;
  /** Between two looks at one incident, whatever came of the first. What fires again meanwhile is looked at afterwards. */
  readonly cooldownMs: number;
  /** After its first look, an incident that still fires is looked at again. Ascending; `[]` for none. */
  readonly secondLooksAfterMs: readonly number[];
  readonly storm: StormRule | 'none';
  readonly maintenance: readonly MaintenanceWindow[];
  /** Alerts that say that alerts arrive. */
  readonly heartbeats: readonly HeartbeatRule[];
  /** When Midwatch itself is blind. */
  readonly watch: WatchRules;
}

export interface StormRule {
  /** A storm begins with the incident of this number in one environment and namespace ... */
  readonly services: number;
  /** ... within this time. */
  readonly withinMs: number;
  /** Alerts join it until none came for this long. */
  readonly joinWindowMs: number;
}

/** What is configured of the rules. */
export type GivenRules = Given<Omit<LifeCycleRules, 'watch'>> & {
  readonly watch?: Given<WatchRules> | undefined;
};
type Given<Rules> = { readonly [Name in keyof Rules]?: Rules[Name] | undefined };

/** What is left out of the configuration; milliseconds. */
export const DEFAULT_RULES: LifeCycleRules = {
  joinWindowMs: 15 * MINUTE_MS,
  reopenWindowMs: 120 * MINUTE_MS,
  maxAgeMs: 24 * 60 * MINUTE_MS,
  cooldownMs: 5 * MINUTE_MS,
  secondLooksAfterMs: [5 * MINUTE_MS, 15 * MINUTE_MS],
  storm: { services: 10, withinMs: 2 * MINUTE_MS, joinWindowMs: 5 * MINUTE_MS },
  maintenance: [],
  heartbeats: [],
  watch: DEFAULT_WATCH,
};

/** The defaults with what is configured. @throws TypeError with the place and what is expected there. */
export function toRules(given: GivenRules = {}): LifeCycleRules {
  const parsed = rulesSchema.safeParse(given);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ message, path }) => `\`${['rules', ...path].join('.')}\` ${message}`,
    );
    throw new TypeError(problems.slice(0, 3).join('; '));
  }
  const { data } = parsed;
  return {
    joinWindowMs: data.joinWindowMs ?? DEFAULT_RULES.joinWindowMs,
    reopenWindowMs: data.reopenWindowMs ?? DEFAULT_RULES.reopenWindowMs,
    maxAgeMs: data.maxAgeMs ?? DEFAULT_RULES.maxAgeMs,
    cooldownMs: data.cooldownMs ?? DEFAULT_RULES.cooldownMs,
    secondLooksAfterMs: data.secondLooksAfterMs ?? secondLooksOutside(data.cooldownMs),
    storm: data.storm ?? DEFAULT_RULES.storm,
    maintenance: data.maintenance ?? DEFAULT_RULES.maintenance,
    heartbeats: data.heartbeats ?? DEFAULT_RULES.heartbeats,
    watch: toWatchRules(data.watch),
  };
}

/** Those of the default that a longer cooldown leaves. */
function secondLooksOutside(cooldownMs = DEFAULT_RULES.cooldownMs): readonly number[] {
  let lastMs = 0;
  return DEFAULT_RULES.secondLooksAfterMs.filter((afterMs) => {
    if (afterMs - lastMs < cooldownMs) return false;
    lastMs = afterMs;
    return true;
  });
}

function toWatchRules(given: GivenRules['watch'] = {}): WatchRules {
  return {
    checkEveryMs: given.checkEveryMs ?? DEFAULT_WATCH.checkEveryMs,
    deadAfterChecks: given.deadAfterChecks ?? DEFAULT_WATCH.deadAfterChecks,
    firstLooks: given.firstLooks ?? DEFAULT_WATCH.firstLooks,
    leastCompleteShare: given.leastCompleteShare ?? DEFAULT_WATCH.leastCompleteShare,
    holdMs: given.holdMs ?? DEFAULT_WATCH.holdMs,
  };
}
