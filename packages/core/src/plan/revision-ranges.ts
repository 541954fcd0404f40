import type { RevisionRange } from '../connector/v1/connector.js';
import type { DeploySignal } from '../connector/v1/signal.js';
import type { PlanScope } from './first-wave.js';
import type { PlannedQuery } from './plan.js';
import { planDefaults } from './plan-defaults.js';
import type { ServiceIdentity } from './service-identity.js';

const { changes, secondWave: bounds } = planDefaults;

const EARLY = 1;

/** What one deploy went from and to, in the revisions of its source. */
interface DeployedRange extends RevisionRange {
  readonly deploy: DeploySignal;
}

/**
 * What lies between the revisions of the deploys of these services: a deploy system often knows the commit, or the version,
 * and nothing of what it changed. The newest first: they are the likeliest culprits. One query for each service, over
 * the time of its deploys, since what answers has no time of its own.
 */
export function rangeQueries(
  scope: PlanScope,
  deploys: readonly DeploySignal[],
  services: readonly (string | undefined)[],
): PlannedQuery[] {
  const ascending = [...deploys].sort(
    (one, other) => one.timestampMs - other.timestampMs || (one.id < other.id ? -1 : 1),
  );
  const ranges = toRanges(ascending, scope.services)
    .filter(({ deploy }) => services.includes(deploy.service))
    .toReversed();
  const byService = new Map<string, DeployedRange[]>();
  for (const range of withoutRepeats(ranges).slice(0, scope.capOf(bounds.maxRanges))) {
    const { service } = range.deploy;
    byService.set(service, [...(byService.get(service) ?? []), range]);
  }
  return [...byService].slice(0, scope.capOf(bounds.maxServicesOfRanges)).map(([service, found]) => ({
    kind: 'deploys',
    purpose: 'revision-range',
    wave: 2,
    priority: EARLY,
    query: {
      window: {
        startMs: Math.min(...found.map(({ deploy }) => deploy.timestampMs)),
        endMs: Math.max(...found.map(({ deploy }) => deploy.timestampMs)) + 1,
      },
      target: { ...scope.surroundings, service },
      limit: scope.capOf(changes.maxElsewhere),
      keep: 'newest',
      between: found.map(({ repository, base, head }) => ({ repository, base, head })),
    },
  }));
}

/** By the commits that the deploy system tells, else by the versions of a service whose repository is configured. */
function toRanges(
  ascending: readonly DeploySignal[],
  identities: readonly ServiceIdentity[],
): readonly DeployedRange[] {
  const configured = new Map(identities.map(({ name, repository }) => [name, repository]));
  const known = new Set(ascending.flatMap((deploy) => sourceOf(deploy) ?? []));
  // Of two copies of a deploy one may tell what the other does not.
  const told = new Set(ascending.filter(tellsChanges).map(({ sourceRevision }) => sourceRevision));
  const running = new Map<string, string | undefined>();
  return ascending.flatMap((deploy): DeployedRange[] => {
    const { service, repository, sourceRevision: head, version, previousVersion } = deploy;
    const source = sourceOf(deploy);
    if (source !== undefined && repository !== undefined && head !== undefined) {
      const base = ownPrevious(deploy) ?? running.get(source);
      if (deploy.phase !== 'failed') running.set(source, head);
      const isOpen = base !== undefined && base !== head && !told.has(head);
      return isOpen ? [{ deploy, repository, base, head }] : [];
    }
    const named = configured.get(service);
    if (named === undefined || version === undefined || previousVersion === undefined) return [];
    const isOpen = version !== previousVersion && !known.has(keyOf(service, named));
    return isOpen ? [{ deploy, repository: named, base: previousVersion, head: version }] : [];
  });
}

/** The line of commits that a deploy belongs to. */
function sourceOf({ service, repository, sourceRevision }: DeploySignal): string | undefined {
  return repository === undefined || sourceRevision === undefined ? undefined : keyOf(service, repository);
}

function keyOf(service: string, repository: string): string {
  return `${service}\u0000${repository}`;
}

/** What its own system says ran before it, where that counts in commits of the source. */
function ownPrevious({ revision, sourceRevision, previousRevision }: DeploySignal): string | undefined {
  return revision === sourceRevision ? previousRevision : undefined;
}

/** Read from the source already, by whoever brought it. */
function tellsChanges({ revision, sourceRevision, changes: told, changeRequest }: DeploySignal): boolean {
  return revision === sourceRevision && (told.length > 0 || changeRequest !== undefined);
}

/** Two sources may bring the same deploy. */
function withoutRepeats(ranges: readonly DeployedRange[]): DeployedRange[] {
  const seen = new Set<string>();
  return ranges.filter(({ deploy, repository, base, head }) => {
    const key = [deploy.service, repository, base, head].join('\u0000');
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}
