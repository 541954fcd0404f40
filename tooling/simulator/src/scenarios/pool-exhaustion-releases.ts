import type { Release } from '../deploys/release.js';
import type { Random } from '../engine/random.js';
import type { Cast } from './cast.js';
import { quietReleases, toRelease, type Version, versionBefore } from './history.js';
import type { Story } from './story.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

export type Part = 'front' | 'accounts' | 'orders' | 'payments' | 'database';

/** The numbers and names that a seed changes. */
export interface Plot {
  readonly cast: Cast;
  readonly owner: Part;
  readonly target: Part;
  readonly key: string;
  readonly before: number;
  readonly after: number;
  readonly version: Version;
  readonly changeRequest: number;
  readonly deployedAtMs: number;
  readonly onsetMs: number;
  readonly nowMs: number;
  readonly acquireTimeoutMs: number;
  readonly p99QuietMs: number;
  readonly p99FaultMs: number;
  readonly errorShareQuiet: number;
  readonly errorShareFault: number;
  readonly lines: number;
  readonly herring: 'worker' | 'payments';
  readonly herringAtMs: number;
  readonly configIn: Story['configIn'];
}

/** The release that cuts the limit, two that have nothing to do with it, and the quiet ones before them. */
export function writeReleases(plot: Plot, startMs: number, random: Random): Release[] {
  const { cast } = plot;
  const [author, second, third] = cast.people;
  if (author === undefined || second === undefined || third === undefined)
    throw new TypeError('a cast has three people');
  const parts = ['front', 'accounts', 'orders', 'payments', 'database', 'worker'] as const;
  const unrelated = plot.owner === 'accounts' ? 'orders' : 'accounts';
  return parts.flatMap((part) => {
    const service = cast[part];
    const config = baseConfig(part);
    if (part === plot.owner) {
      const before = { ...config, [plot.key]: String(plot.before) };
      const draft = {
        service,
        version: plot.version,
        deployedAtMs: plot.deployedAtMs,
        config: { ...before, [plot.key]: String(plot.after) },
        author,
        syncedBy: author,
        changeRequest: plot.changeRequest,
        title: 'Right-size connection settings',
        note: 'Brings the connection settings in line with the new platform defaults.',
      };
      const old = versionBefore(plot.version);
      return [...quietReleases(service, old, startMs, before, cast.people, random), toRelease(draft, random)];
    }
    const newest = { major: random.integer(1, 5), minor: random.integer(2, 30), patch: random.integer(1, 8) };
    const quiet = quietReleases(service, newest, startMs, config, cast.people, random);
    const next = { ...newest, patch: newest.patch + 1 };
    // Numbered in the order in which they were opened.
    const later = part === plot.herring;
    const changeRequest = plot.changeRequest + (later ? 1 : -1) * random.integer(2, 9);
    const shared = { service, version: next, changeRequest };
    if (part === plot.herring) {
      const changed = { ...config, BATCH_SIZE: '100' };
      const words = { title: 'Larger batches', note: 'Halves the number of round trips per run.' };
      return [
        ...quiet,
        toRelease(
          {
            ...shared,
            ...words,
            deployedAtMs: plot.herringAtMs,
            config: changed,
            author: second,
            syncedBy: second,
          },
          random,
        ),
      ];
    }
    if (part === unrelated) {
      const changed = { ...config, CACHE_TTL_SECONDS: '600' };
      const words = { title: 'Keep cached entries longer', note: 'Saves reads during the day.' };
      const deployedAtMs = plot.onsetMs - 19 * HOUR_MS - 12 * MINUTE_MS;
      return [
        ...quiet,
        toRelease({ ...shared, ...words, deployedAtMs, config: changed, author: third }, random),
      ];
    }
    return quiet;
  });
}

/** Settings that a part has had for long. */
export function baseConfig(part: Part | 'worker'): Record<string, string> {
  const common = { LOG_LEVEL: 'info', METRICS_PORT: '9102', SHUTDOWN_GRACE_SECONDS: '20' };
  if (part === 'front') return { ...common, CACHE_TTL_SECONDS: '60', REQUEST_BODY_LIMIT: '1m' };
  if (part === 'worker') return { ...common, BATCH_SIZE: '50', QUEUE: 'order-events' };
  if (part === 'payments') return { ...common, BATCH_SIZE: '50', PROVIDER_TIMEOUT_MS: '9000' };
  if (part === 'database') return { ...common, POOL_MODE: 'transaction', SERVER_IDLE_SECONDS: '600' };
  return { ...common, CACHE_TTL_SECONDS: '300' };
}
