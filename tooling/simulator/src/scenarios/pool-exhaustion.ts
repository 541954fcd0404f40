import type { Release } from '../deploys/release.js';
import { createClock } from '../engine/clock.js';
import { saturatingTraffic } from '../engine/pool.js';
import { createRandom, type Random } from '../engine/random.js';
import type { PoolSpec } from '../engine/topology.js';
import type { TrafficCurve } from '../engine/traffic.js';
import { alertName, limitKeys } from '../scenario-names.js';
import { DEFAULT_CAST, pickCast } from './cast.js';
import { versionText } from './history.js';
import { type Plot, writeReleases } from './pool-exhaustion-releases.js';
import { buildShop } from './shop.js';
import type { PoolStory, StoryOptions } from './story.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;

const DEFAULT_PLOT: Plot = {
  cast: DEFAULT_CAST,
  owner: 'front',
  target: 'accounts',
  key: limitKeys[0],
  before: 100,
  after: 10,
  version: { major: 2, minor: 14, patch: 3 },
  changeRequest: 847,
  deployedAtMs: Date.UTC(2026, 10, 17, 21, 30),
  onsetMs: Date.UTC(2026, 10, 18, 3, 41),
  nowMs: Date.UTC(2026, 10, 18, 3, 49),
  acquireTimeoutMs: 7000,
  p99QuietMs: 180,
  p99FaultMs: 8200,
  errorShareQuiet: 0.001,
  errorShareFault: 0.123,
  lines: 47,
  herring: 'worker',
  herringAtMs: Date.UTC(2026, 10, 18, 3, 30),
  configIn: 'config-map',
};

const CUTS = [
  [64, 8],
  [50, 5],
  [40, 4],
  [200, 20],
  [128, 12],
  [80, 8],
  [120, 15],
  [60, 6],
] as const;
/** Where the cut pool may stand, and the share of the front door's requests that pass it. */
const PLACES = [
  { owner: 'front', target: 'accounts', passing: 0.62 },
  { owner: 'front', target: 'orders', passing: 0.34 },
  { owner: 'accounts', target: 'database', passing: 0.56 },
  { owner: 'orders', target: 'database', passing: 0.34 },
  { owner: 'orders', target: 'payments', passing: 0.12 },
  { owner: 'payments', target: 'database', passing: 0.12 },
] as const;

/** A release cuts a connection pool's limit; hours later traffic grows, and everything that needs a connection waits. */
export function poolExhaustion({ seed, shiftMs }: StoryOptions): PoolStory {
  const random = createRandom('pool-exhaustion', seed ?? 'default');
  const plot = shift(seed === undefined ? DEFAULT_PLOT : pickPlot(random), shiftMs);
  const { cast } = plot;
  const [service, decoy] = [cast[plot.owner], cast[plot.target]];
  const startMs = plot.onsetMs - 26 * HOUR_MS;
  const releases = writeReleases(plot, startMs, random);
  const topology = buildShop(cast, writePools(plot));
  const planted = releases.filter((release) => release.service === service);
  const [previous, current] = planted.slice(-2);
  if (previous === undefined || current === undefined)
    throw new TypeError('the planted release needs one before it');
  return {
    name: 'pool-exhaustion',
    seed,
    clock: createClock(startMs, plot.nowMs),
    topology,
    traffic: { curve: writeTraffic(plot), lossAtFullFault: 0.52 },
    targets: {
      service: cast.front,
      p99QuietMs: plot.p99QuietMs,
      errorShareQuiet: plot.errorShareQuiet,
      fault: {
        p99StrainedMs: plot.p99QuietMs * 1.1,
        p99FaultMs: plot.p99FaultMs,
        errorShareFault: plot.errorShareFault,
      },
    },
    disturbances: [],
    poolFailure: (_owner, target, timeoutMs) => ({
      status: 503,
      errorType: 'PoolTimeout',
      message: `connection pool exhausted: no connection to ${target} within ${timeoutMs} ms`,
    }),
    releases,
    configIn: plot.configIn,
    failureLines: { disturbanceId: `pool:${service}:${decoy}`, count: plot.lines },
    onsetMs: plot.onsetMs,
    alertRule: {
      name: alertName,
      severity: 'critical',
      team: 'storefront',
      service: cast.front,
      thresholdSeconds: 2,
      forMs: 5 * MINUTE_MS,
    },
    truth: {
      kind: 'fault',
      service,
      change: {
        service,
        from: previous.version,
        to: current.version,
        key: plot.key,
        before: String(plot.before),
        after: String(plot.after),
        atMs: current.deployedAtMs,
        actor: current.author.name,
        changeRequest: current.changeRequest,
        revision: current.revision,
        previousRevision: previous.revision,
      },
      victims: victimsOf(plot),
      decoy,
      redHerring: redHerringOf(plot, releases),
      onsetMs: plot.onsetMs,
    },
  };
}

function shift(plot: Plot, shiftMs: number): Plot {
  return {
    ...plot,
    deployedAtMs: plot.deployedAtMs + shiftMs,
    onsetMs: plot.onsetMs + shiftMs,
    nowMs: plot.nowMs + shiftMs,
    herringAtMs: plot.herringAtMs + shiftMs,
  };
}

function pickPlot(random: Random): Plot {
  const cast = pickCast(random);
  const place = random.pick(PLACES);
  const [before, after] = random.pick(CUTS);
  const day = random.integer(2, 20);
  const onsetMs = Date.UTC(2026, 10, day, random.integer(0, 23), random.integer(0, 59));
  // The waits begin below a bound of the histogram and end above it, so that a quantile between bounds can be told.
  const bound = random.integer(4, 8) * 1000;
  const p99FaultMs = bound + random.integer(1, 6) * 100;
  const errorShareFault = Math.round(place.passing * random.between(0.2, 0.42) * 1000) / 1000;
  return {
    cast,
    owner: place.owner,
    target: place.target,
    key: random.pick(limitKeys),
    before,
    after,
    version: { major: random.integer(1, 6), minor: random.integer(1, 40), patch: random.integer(0, 9) },
    changeRequest: random.integer(1100, 4900),
    deployedAtMs: onsetMs - random.integer(150, 540) * MINUTE_MS,
    onsetMs,
    nowMs: onsetMs + random.integer(8, 10) * MINUTE_MS,
    acquireTimeoutMs: bound - random.integer(1, 2) * 250,
    p99QuietMs: random.integer(90, 240),
    p99FaultMs,
    errorShareQuiet: random.integer(5, 30) / 10_000,
    errorShareFault,
    lines: random.integer(28, 140),
    herring: place.owner === 'payments' || random.chance(0.5) ? 'worker' : 'payments',
    herringAtMs: onsetMs - random.integer(8, 20) * MINUTE_MS,
    configIn: random.pick(['config-map', 'environment']),
  };
}

/** Demand is quiet at factor 1, reaches the new limit at the onset and passes it within a minute; yesterday it did so too. */
function writeTraffic({ after, onsetMs, deployedAtMs }: Plot): TrafficCurve {
  const limit = saturatingTraffic(quietUseOf(after), after);
  const sinceDeploy = onsetMs - deployedAtMs;
  const points: readonly (readonly [number, number])[] = [
    [-26 * HOUR_MS, 1],
    [-24 * HOUR_MS - 10 * MINUTE_MS, 1],
    [-24 * HOUR_MS, limit],
    [-24 * HOUR_MS + MINUTE_MS, 1.56],
    [-20 * HOUR_MS, 1.5],
    [-14 * HOUR_MS, 1.3],
    [-sinceDeploy - 2 * HOUR_MS, 1.45],
    [-sinceDeploy, 1.12],
    [-sinceDeploy / 2, 1],
    [-20 * MINUTE_MS, 0.98],
    [-10 * MINUTE_MS, 1],
    [0, limit],
    [MINUTE_MS, 1.56],
    [HOUR_MS, 1.6],
  ];
  return points.map(([offsetMs, factor]) => ({ atMs: onsetMs + offsetMs, factor }));
}

function quietUseOf(after: number): number {
  return 0.7 * after;
}

function writePools(plot: Plot): PoolSpec[] {
  const { cast } = plot;
  return PLACES.map(({ owner, target }) => {
    const pool = { owner: cast[owner], target: cast[target], acquireTimeoutMs: plot.acquireTimeoutMs };
    if (owner !== plot.owner || target !== plot.target) {
      return { ...pool, quietUse: 9, limits: [{ atMs: 0, max: 40 }] };
    }
    const limits = [
      { atMs: 0, max: plot.before },
      { atMs: plot.deployedAtMs, max: plot.after },
    ];
    return { ...pool, quietUse: quietUseOf(plot.after), limits };
  });
}

/** Callers wait with the owner; the target and what lies behind it lose traffic. */
function victimsOf({ cast, owner, target }: Plot): string[] {
  const callers = owner === 'front' ? [] : owner === 'payments' ? [cast.orders, cast.front] : [cast.front];
  return [...new Set([...callers, cast[target]])];
}

function redHerringOf(plot: Plot, releases: readonly Release[]): PoolStory['truth']['redHerring'] {
  const release = releases.findLast((one) => one.service === plot.cast[plot.herring]);
  return {
    service: plot.cast[plot.herring],
    version: release?.version ?? versionText(plot.version),
    atMs: plot.herringAtMs,
  };
}
