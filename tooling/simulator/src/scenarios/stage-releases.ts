import type { Release } from '../deploys/release.js';
import { quietReleases, type ReleaseDraft, toRelease, versionBefore } from './history.js';
import { baseConfig, type Part } from './pool-exhaustion-releases.js';
import type { Stage } from './stage.js';
import type { PlantedChange, Truth } from './story.js';

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const PARTS = ['front', 'accounts', 'orders', 'payments', 'database', 'worker'] as const;

/** What goes out around the onset; the stage adds what went out on quiet days. */
export interface ReleasePlan {
  /** The release that is the cause. */
  readonly planted?: {
    readonly part: Part;
    readonly atMs: number;
    readonly title: string;
    readonly note: string;
    readonly setting?: { readonly key: string; readonly before: string; readonly after: string };
  };
  /** Parts of which one, without being to blame, is deployed in the half hour before the onset. */
  readonly herrings: readonly (Part | 'worker')[];
}

interface WrittenReleases {
  readonly releases: readonly Release[];
  readonly change: PlantedChange | undefined;
  readonly redHerring: Required<Truth>['redHerring'];
}

const HARMLESS = [
  {
    title: 'Larger batches',
    note: 'Halves the number of round trips per run.',
    key: 'BATCH_SIZE',
    value: '100',
  },
  { title: 'Quieter logs', note: 'Drops lines that nobody reads.', key: 'LOG_SAMPLE_EVERY', value: '20' },
  {
    title: 'Longer grace',
    note: 'Gives open requests time to end.',
    key: 'SHUTDOWN_GRACE_SECONDS',
    value: '30',
  },
] as const;

export function writeStageReleases(stage: Stage, plan: ReleasePlan): WrittenReleases {
  const { cast, clock, onsetMs, random } = stage;
  const { planted } = plan;
  const herring = random.pick(plan.herrings.filter((part) => part !== planted?.part));
  const herringAtMs = onsetMs - random.integer(7, 28) * MINUTE_MS;
  const early = random.pick(PARTS.filter((part) => part !== planted?.part && part !== herring));
  const changeRequest = random.integer(1100, 4900);
  const releases: Release[] = [];
  let change: PlantedChange | undefined;
  for (const part of PARTS) {
    const service = cast[part];
    const setting = part === planted?.part ? planted.setting : undefined;
    const config = { ...baseConfig(part), ...(setting !== undefined && { [setting.key]: setting.before }) };
    const version = {
      major: random.integer(1, 6),
      minor: random.integer(2, 40),
      patch: random.integer(1, 9),
    };
    const quiet = quietReleases(service, versionBefore(version), clock.startMs, config, cast.people, random);
    releases.push(...quiet);
    const person = random.pick(cast.people);
    const publish = (
      draft: Pick<ReleaseDraft, 'config' | 'deployedAtMs' | 'note' | 'title'>,
      later: number,
    ) => {
      const release = toRelease(
        {
          service,
          version,
          author: person,
          syncedBy: person,
          changeRequest: changeRequest + later,
          ...draft,
        },
        random,
      );
      releases.push(release);
      return release;
    };
    if (part === planted?.part) {
      const { atMs: deployedAtMs, note, title } = planted;
      const after = setting === undefined ? config : { ...config, [setting.key]: setting.after };
      const release = publish({ config: after, deployedAtMs, note, title }, 0);
      change = toChange(release, quiet.at(-1), planted.setting);
    } else if (part === herring || part === early) {
      const { key, note, title, value } = random.pick(HARMLESS);
      const quietHours = random.between(6, 20) * HOUR_MS;
      const deployedAtMs = part === herring ? herringAtMs : Math.round(onsetMs - quietHours);
      // Numbered in the order in which they were opened.
      const later = part === herring ? random.integer(-9, -2) : random.integer(-60, -20);
      publish({ config: { ...config, [key]: value }, deployedAtMs, note, title }, later);
    }
  }
  const version = releases.findLast((release) => release.service === cast[herring])?.version ?? '';
  return { releases, change, redHerring: { service: cast[herring], version, atMs: herringAtMs } };
}

function toChange(
  release: Release,
  previous: Release | undefined,
  setting: Required<ReleasePlan>['planted']['setting'],
): PlantedChange {
  if (previous === undefined) throw new TypeError('the planted release needs one before it');
  return {
    service: release.service,
    from: previous.version,
    to: release.version,
    ...setting,
    atMs: release.deployedAtMs,
    actor: release.author.name,
    changeRequest: release.changeRequest,
    revision: release.revision,
    previousRevision: previous.revision,
  };
}
