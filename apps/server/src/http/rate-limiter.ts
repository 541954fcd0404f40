/** How many at a time, and how many of them come back each second. */
export interface Rate {
  readonly burst: number;
  readonly perSecond: number;
}

/** Whose requests are counted together. */
export type RateKind = 'senders' | 'people' | 'probes' | 'sign-ins' | 'strangers';

/** A sender may send a thousand alerts a second, one in each request, twice over. */
export const DEFAULT_RATES: Readonly<Record<RateKind, Rate>> = {
  senders: { burst: 10_000, perSecond: 2_000 },
  people: { burst: 200, perSecond: 50 },
  probes: { burst: 200, perSecond: 50 },
  // A person mistypes a few times.
  'sign-ins': { burst: 10, perSecond: 0.2 },
  // Who is refused for want of a token: enough for a mistake, little for guessing.
  strangers: { burst: 50, perSecond: 5 },
};

const MAX_KEYS = 10_000;

export interface RateLimiter {
  /** 0 when it may pass, else after how many milliseconds it may. */
  take(kind: RateKind, key: string): number;
}

/**
 * Counts in this process. It remembers the 10,000 that asked last: who has not been heard of since that many others is
 * counted anew.
 */
export function createRateLimiter(
  rates: Readonly<Record<RateKind, Rate>> = DEFAULT_RATES,
  now: () => number = () => performance.now(),
): RateLimiter {
  const buckets = new Map<string, { left: number; atMs: number }>();

  return {
    take(kind, key) {
      const { burst, perSecond } = rates[kind];
      const name = `${kind} ${key}`;
      const nowMs = now();
      const before = buckets.get(name) ?? { left: burst, atMs: nowMs };
      const left = Math.min(burst, before.left + ((nowMs - before.atMs) / 1000) * perSecond);
      const passes = left >= 1;
      // Put at the end: the first is who has been quiet the longest.
      buckets.delete(name);
      buckets.set(name, { left: passes ? left - 1 : left, atMs: nowMs });
      if (buckets.size > MAX_KEYS) buckets.delete(buckets.keys().next().value ?? '');
      return passes ? 0 : Math.ceil(((1 - left) / perSecond) * 1000);
    },
  };
}
