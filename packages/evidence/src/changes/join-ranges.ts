import type { DeploySignal } from '@midwatch/core';

/** One change as its finding tells it, and the signals that it is made of. */
export interface JoinedDeploy {
  readonly deploy: DeploySignal;
  readonly signals: readonly DeploySignal[];
}

/**
 * Deploys, each with what a source of the code says lies between its two revisions. Such an answer is no event of its own: it
 * names both ends and no phase; it stands alone only where no deploy is known that went from one to the other.
 */
export function joinRanges(deploys: readonly DeploySignal[]): readonly JoinedDeploy[] {
  const ranges = new Map<string, DeploySignal[]>();
  const events: DeploySignal[] = [];
  for (const signal of deploys) {
    if (!isRange(signal)) events.push(signal);
    else ranges.set(signal.service, [...(ranges.get(signal.service) ?? []), signal]);
  }
  const used = new Set<DeploySignal>();
  const joined = events.map((deploy): JoinedDeploy => {
    const fitting = (ranges.get(deploy.service) ?? []).filter((range) => isAbout(range, deploy));
    for (const range of fitting) used.add(range);
    const [first] = fitting.toSorted((one, other) => other.changes.length - one.changes.length);
    return first === undefined
      ? { deploy, signals: [deploy] }
      : { deploy: withRange(deploy, first), signals: [deploy, first] };
  });
  const alone = [...ranges.values()].flat().filter((range) => !used.has(range));
  return [...joined, ...alone.map((deploy) => ({ deploy, signals: [deploy] }))];
}

function isRange({ phase, repository, previousRevision, sourceRevision, version }: DeploySignal): boolean {
  const hasEnds = repository !== undefined && previousRevision !== undefined;
  return phase === 'unknown' && hasEnds && sourceRevision === undefined && version === undefined;
}

/** By versions, or by commits of the source; a deploy system that counts otherwise does not say from which commit it went. */
function isAbout(range: DeploySignal, deploy: DeploySignal): boolean {
  const { version, previousVersion, revision, previousRevision, sourceRevision } = deploy;
  if (version === range.revision) return previousVersion === range.previousRevision;
  if (sourceRevision !== range.revision) return false;
  const countsCommits = revision === sourceRevision && previousRevision !== undefined;
  return !countsCommits || previousRevision === range.previousRevision;
}

/** The request of the code tells more than that of a configuration repository, which may do no more than name the new version. */
function withRange(deploy: DeploySignal, range: DeploySignal): DeploySignal {
  const { changeRequest, changeRequestUrl, ...rest } = deploy;
  const asked = range.changeRequest === undefined ? deploy : range;
  const actor = deploy.actor ?? range.actor;
  const summary = deploy.summary ?? range.summary;
  return {
    ...rest,
    ...(actor === undefined ? {} : { actor }),
    ...(summary === undefined ? {} : { summary }),
    ...(asked.changeRequest === undefined ? {} : { changeRequest: asked.changeRequest }),
    ...(asked.changeRequestUrl === undefined ? {} : { changeRequestUrl: asked.changeRequestUrl }),
    changes: [...range.changes, ...deploy.changes],
  };
}
