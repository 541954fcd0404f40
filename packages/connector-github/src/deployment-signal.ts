import type { DeploySignal } from '@midwatch/core';
import { createdMs } from './deployment-history.js';
import type { DeploymentOutcome } from './deployment-outcome.js';
import type { Deployment } from './github-schema.js';
import { personOf } from './person.js';
import { type SignalFrame, toRangeDetails } from './range-signal.js';
import { nameOf, type ServiceRepository } from './repository-map.js';
import type { RangeContent } from './revision-range.js';

/** One deployment of a service, with what its statuses say and the one that ran before it. */
export interface ServiceDeployment extends ServiceRepository {
  readonly deployment: Deployment;
  /** Undefined where its statuses were not read. */
  readonly outcome: DeploymentOutcome | undefined;
  readonly previous: Deployment | undefined;
  readonly timestampMs: number;
}

interface DeploymentFrame extends SignalFrame {
  /** What lies between it and the deployment before; undefined where that was not read. */
  readonly content: RangeContent | undefined;
}

const MAX_SUMMARY_CHARACTERS = 300;

/** Says when and to which commit, and what that changed as far as it was read. */
export function toDeploymentSignal(
  { deployment, outcome, previous, repository, service, timestampMs }: ServiceDeployment,
  { connectorId, queryId, webUrl, toId, content }: DeploymentFrame,
): DeploySignal {
  const { sha, environment } = deployment;
  const details = content === undefined ? undefined : toRangeDetails(content, nameOf(repository), webUrl);
  const actor = personOf(deployment.creator) ?? details?.actor;
  const page = [nameOf(repository), 'deployments', encodeURIComponent(environment ?? '')];
  return {
    kind: 'deploys',
    id: toId(nameOf(repository), String(deployment.id)),
    timestampMs,
    timeUnixNano: `${timestampMs}000000`,
    connectorId,
    queryId,
    ...(webUrl === undefined ? {} : { url: [webUrl, ...page].join('/').replace(/\/$/, '') }),
    service,
    revision: sha,
    version: versionOf(deployment),
    ...(previous === undefined
      ? {}
      : { previousRevision: previous.sha, previousVersion: versionOf(previous) }),
    repository: nameOf(repository),
    sourceRevision: sha,
    changes: [],
    ...details,
    summary: [summaryOf(deployment), details?.summary].filter(Boolean).join(': '),
    ...(actor === undefined ? {} : { actor }),
    phase: outcome?.phase ?? 'unknown',
  };
}

export function createdOrDone(deployment: Deployment, outcome: DeploymentOutcome | undefined): number {
  return outcome?.atMs ?? createdMs(deployment);
}

/** A tag that reads like a version, else the beginning of the commit: a branch says nothing. */
function versionOf({ ref, sha }: Deployment): string {
  const tag = (ref ?? '').replace(/^refs\/tags\//, '');
  return /^(?:[\w.-]+[@/-])?v?\d+\.\d+\.\d+[\w.+-]*$|^v\d+[\w.]*$/.test(tag) ? tag : sha.slice(0, 7);
}

function summaryOf({ environment, task, description }: Deployment): string {
  const what = task && task !== 'deploy' ? task : 'deployed';
  const where = environment ? ` to ${environment}` : '';
  const text = `${what}${where}${description ? `: ${description}` : ''}`;
  return text.slice(0, MAX_SUMMARY_CHARACTERS);
}
