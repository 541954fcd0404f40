import type { DeploySignal } from '@midwatch/core';
import { createdMs } from './deployment-history.js';
import type { DeploymentOutcome } from './deployment-outcome.js';
import type { Account, Deployment } from './github-schema.js';
import { nameOf, type ServiceRepository } from './repository-map.js';

/** One deployment of a service, with what its statuses say and the one that ran before it. */
export interface ServiceDeployment extends ServiceRepository {
  readonly deployment: Deployment;
  /** Undefined where its statuses were not read. */
  readonly outcome: DeploymentOutcome | undefined;
  readonly previous: Deployment | undefined;
  readonly timestampMs: number;
}

export interface SignalFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly webUrl: string | undefined;
  readonly toId: (...parts: readonly string[]) => string;
}

const MAX_SUMMARY_CHARACTERS = 300;

/** Says when and to which commit; what lies between the commits is asked for by `between`. */
export function toDeploymentSignal(
  { deployment, outcome, previous, repository, service, timestampMs }: ServiceDeployment,
  { connectorId, queryId, webUrl, toId }: SignalFrame,
): DeploySignal {
  const { sha, environment } = deployment;
  const actor = personOf(deployment.creator);
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
    summary: summaryOf(deployment),
    changes: [],
    ...(actor === undefined ? {} : { actor }),
    phase: outcome?.phase ?? 'unknown',
  };
}

export function createdOrDone(deployment: Deployment, outcome: DeploymentOutcome | undefined): number {
  return outcome?.atMs ?? createdMs(deployment);
}

/** A bot deploys what a person changed: its name would stand where people look for whom to ask. */
export function personOf(account: Account | null | undefined): string | undefined {
  const login = account?.login ?? '';
  return login === '' || account?.type === 'Bot' || login.endsWith('[bot]') ? undefined : login;
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
