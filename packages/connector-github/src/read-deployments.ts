import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import { readDetails } from './deployment-details.js';
import { type DeploymentHistory, readHistory } from './deployment-history.js';
import type { DeploymentOutcome } from './deployment-outcome.js';
import { createdOrDone, type ServiceDeployment, toDeploymentSignal } from './deployment-signal.js';
import { placeOf, readStatuses } from './deployment-statuses.js';
import type { DeploysSourceOptions } from './deploys-source.js';
import type { GitHubApi } from './github-api.js';
import type { Deployment } from './github-schema.js';
import { attempt, toFailureGap } from './read-failure.js';
import { findRepositories, nameOf, type Repository } from './repository-map.js';

type DeployQuery = SignalQueryByKind['deploys'];

/** Each costs a request; a question about everything names the others as a gap. */
const MAX_REPOSITORIES = 10;

/** The deployments that took effect in the window, and when. */
export async function readDeployments(
  api: GitHubApi,
  query: DeployQuery,
  options: DeploysSourceOptions,
  call: CallContextV1,
): Promise<SignalBatchV1<'deploys'>> {
  const { window, target } = query;
  const found = findRepositories(target, options.repositories);
  if (found.length === 0) return { signals: [], gaps: [unmapped], provenance: [] };
  const asked = found.slice(0, MAX_REPOSITORIES);
  const environment = environmentOf(target.environment, options.environments);
  const listed = await Promise.all(
    asked.map((each) => attempt(readHistory(api, each, { environment, window }, call))),
  );
  const errors = listed.flatMap((list) => ('error' in list ? [list.error] : []));
  if (errors[0] !== undefined && errors.length === listed.length) throw withAccessTold(errors[0]);
  const histories = listed.flatMap((list) => ('value' in list ? [list.value] : []));
  const statuses = await readStatuses(api, histories, query, call);
  const unknownPlaces = await findUnknownEnvironments(api, histories, environment, call);

  const deployments = histories
    .flatMap((history) => toServiceDeployments(history, statuses.outcomes))
    .filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs)
    .sort((one, other) => one.timestampMs - other.timestampMs || one.deployment.id - other.deployment.id);
  const kept = keepWithinLimit(deployments, query);
  // A question about everything wants to know that there was a deploy; about one service, what it was.
  const detailed = target.service === undefined ? [] : kept.signals;
  const { contents, gaps: detailGaps } = await readDetails(api, detailed, call);
  const { connectorId, webUrl } = options;
  const toId = createSignalIds(connectorId, 'deploys');
  const queryIdOf = (repository: Repository) =>
    toQueryId(connectorId, queryText(repository, environment), window);
  const pageOf = (repository: Repository) =>
    webUrl === undefined ? {} : { url: `${webUrl}/${nameOf(repository)}/deployments` };
  const left = found.length - asked.length;
  return {
    signals: kept.signals.map((each) => {
      const queryId = queryIdOf(each.repository);
      return toDeploymentSignal(each, { connectorId, queryId, webUrl, toId, content: contents.get(each) });
    }),
    gaps: [
      ...kept.gaps,
      ...toFailureGap(errors, 'repositories whose deployments could not be read'),
      ...histories.flatMap((history) => historyGaps(history, query)),
      ...statuses.gaps,
      ...unknownPlaces,
      ...detailGaps,
      ...(left > 0 ? [{ ...tooMany, missing: { count: left, exact: true } }] : []),
    ],
    provenance: asked.map(({ repository }) => ({
      queryId: queryIdOf(repository),
      language: 'http',
      text: queryText(repository, environment),
      window,
      ...pageOf(repository),
    })),
  };
}

const unmapped: Gap = {
  reason: 'unmapped-target',
  detail: 'no repository is known for it: name it in `repositories`',
};
const tooMany: Gap = { reason: 'budget', detail: 'repositories beyond the first of `repositories`' };

function environmentOf(
  environment: string | undefined,
  names: Readonly<Record<string, string>>,
): string | undefined {
  if (environment === undefined) return undefined;
  return Object.hasOwn(names, environment) ? names[environment] : environment;
}

/** GitHub hides what a token may not see: private repositories, and everything without the permission, are 404. */
function withAccessTold(error: ConnectorError): ConnectorError {
  if (error.status !== 404) return error;
  const { connectorId } = error;
  const message = 'HTTP 404: no such repository, or the token may not read its deployments';
  return new ConnectorError({ code: 'auth', connectorId, message, status: 404 });
}

function toServiceDeployments(
  { repository, service, deployments }: DeploymentHistory,
  outcomes: ReadonlyMap<Deployment, DeploymentOutcome>,
): ServiceDeployment[] {
  const running = new Map<string, Deployment | undefined>();
  const found: ServiceDeployment[] = [];
  for (const deployment of deployments.toReversed()) {
    const outcome = outcomes.get(deployment);
    const place = placeOf(deployment);
    const previous = running.get(place);
    const timestampMs = createdOrDone(deployment, outcome);
    found.push({ repository, service, deployment, outcome, previous, timestampMs });
    // Of one whose statuses were not read nobody knows whether it ran: then what ran before the next is not known either.
    if (outcome === undefined) running.set(place, undefined);
    else if (outcome.tookEffect) running.set(place, deployment);
  }
  return found;
}

function historyGaps({ wholeFromMs, failure }: DeploymentHistory, { window }: DeployQuery): Gap[] {
  if (wholeFromMs === undefined || wholeFromMs <= window.startMs) return [];
  const uncovered = { startMs: window.startMs, endMs: Math.min(wholeFromMs, window.endMs) };
  if (failure !== undefined) return toFailureGap([failure], 'older deployments', uncovered);
  return [{ reason: 'row-limit', window: uncovered, detail: 'older deployments, beyond three pages' }];
}

/** No deployment at all to the environment that was asked for, though there are some to others: it has another name there. */
async function findUnknownEnvironments(
  api: GitHubApi,
  histories: readonly DeploymentHistory[],
  environment: string | undefined,
  call: CallContextV1,
): Promise<Gap[]> {
  const [first] = histories;
  if (environment === undefined || first === undefined) return [];
  if (histories.some(({ deployments }) => deployments.length > 0)) return [];
  const any = await attempt(api.deployments(first.repository, { perPage: 1 }, call));
  if ('error' in any) return toFailureGap([any.error], 'whether the environment has another name');
  if (any.value.deployments.length === 0) return [];
  const detail = 'nothing was ever deployed to an environment of this name: name it in `environments`';
  return [{ reason: 'unmapped-target', detail }];
}

function queryText(repository: Repository, environment: string | undefined): string {
  const place = environment === undefined ? '' : `?environment=${encodeURIComponent(environment)}`;
  return `GET /repos/${nameOf(repository)}/deployments${place}`;
}
