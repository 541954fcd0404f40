import type { Person, Release } from '../deploys/release.js';
import type { Random } from '../engine/random.js';

const DAY_MS = 86_400_000;
const TITLES = [
  'Bump base image',
  'Tidy log fields',
  'Rotate signing keys',
  'Upgrade HTTP client',
  'Faster start',
  'Fix flaky health check',
  'Drop unused flags',
];

/** A version `major.minor.patch` as releases write it. */
export interface Version {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export function versionText({ major, minor, patch }: Version): string {
  return `v${major}.${minor}.${patch}`;
}

/** The version before: one patch less, or the last of the minor before. */
export function versionBefore(version: Version): Version {
  if (version.patch > 0) return { ...version, patch: version.patch - 1 };
  return { ...version, minor: Math.max(version.minor - 1, 0), patch: 4 };
}

export interface ReleaseDraft {
  readonly service: string;
  readonly version: Version;
  readonly deployedAtMs: number;
  readonly config: Readonly<Record<string, string>>;
  readonly author: Person;
  readonly syncedBy?: Person;
  readonly changeRequest: number;
  readonly title: string;
  readonly note: string;
}

export function toRelease(draft: ReleaseDraft, random: Random): Release {
  return {
    ...draft,
    version: versionText(draft.version),
    startedAtMs: draft.deployedAtMs - random.integer(4, 11) * 1000,
    revision: random.hex(40),
  };
}

/** Three uneventful releases, so that the newest of them was current when `untilMs` came. */
export function quietReleases(
  service: string,
  newest: Version,
  untilMs: number,
  config: Readonly<Record<string, string>>,
  people: readonly Person[],
  random: Random,
): Release[] {
  const versions = [newest, versionBefore(newest), versionBefore(versionBefore(newest))].reverse();
  let changeRequest = random.integer(300, 500);
  let deployedAtMs = untilMs - random.integer(22, 30) * DAY_MS;
  return versions.map((version) => {
    changeRequest += random.integer(8, 90);
    deployedAtMs += random.integer(3, 7) * DAY_MS + random.integer(-36, 36) * 300_000;
    return toRelease(
      {
        service,
        version,
        deployedAtMs,
        config,
        author: random.pick(people),
        changeRequest,
        title: random.pick(TITLES),
        note: 'No change in behaviour expected.',
      },
      random,
    );
  });
}
