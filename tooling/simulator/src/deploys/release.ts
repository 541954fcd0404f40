/** One version of one service going out, as the deployment repository and its controller know it. */
export interface Release {
  readonly service: string;
  readonly version: string;
  /** When the controller began and finished the sync; pods change over from `deployedAtMs` on. */
  readonly startedAtMs: number;
  readonly deployedAtMs: number;
  /** Commit of the deployment repository, 40 hexadecimal digits. */
  readonly revision: string;
  readonly author: Person;
  /** The person who pressed sync; absent when the controller synced by itself. */
  readonly syncedBy?: Person;
  readonly changeRequest: number;
  readonly title: string;
  readonly note: string;
  /** The service's ConfigMap as of this release. */
  readonly config: Readonly<Record<string, string>>;
}

export interface Person {
  readonly name: string;
  readonly login: string;
}

/** Releases of one service, oldest first. */
export function releasesOf(releases: readonly Release[], service: string): readonly Release[] {
  return releases
    .filter((release) => release.service === service)
    .sort((left, right) => left.deployedAtMs - right.deployedAtMs);
}
