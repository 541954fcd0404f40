import type { CallContextV1, ConnectorError, TimeWindow } from '@midwatch/core';
import type { DeploymentPage, GitHubApi } from './github-api.js';
import type { Deployment } from './github-schema.js';
import { type Attempt, attempt } from './read-failure.js';
import type { ServiceRepository } from './repository-map.js';

/** The deployments of one repository to one environment, as far as they were listed. */
export interface DeploymentHistory extends ServiceRepository {
  /** Newest first, down to some before the window. */
  readonly deployments: readonly Deployment[];
  /** From when on the list is whole; undefined when it is for the whole window. */
  readonly wholeFromMs?: number;
  /** A page after the first could not be read. */
  readonly failure?: ConnectorError;
}

const MAX_PAGES = 3;
/**
 * A deployment is listed by when it was asked for, and takes effect later: one that waits for a build or an approval for
 * longer than this before the window begins is not seen.
 */
export const maxDelayMs = 3_600_000;

/** Lists until the window, and what may take effect in it, is covered. Rejects when the first page cannot be read. */
export async function readHistory(
  api: GitHubApi,
  { repository, service }: ServiceRepository,
  asked: { readonly environment: string | undefined; readonly window: TimeWindow },
  call: CallContextV1,
): Promise<DeploymentHistory> {
  const { environment, window } = asked;
  const byId = new Map<number, Deployment>();
  const fromMs = window.startMs - maxDelayMs;
  let page: number | undefined = 1;
  let failure: ConnectorError | undefined;
  for (let read = 0; read < MAX_PAGES && page !== undefined; read++) {
    const asking = api.deployments(repository, { environment, page }, call);
    const list: Attempt<DeploymentPage> = await attempt(asking);
    if ('error' in list) {
      if (read === 0) throw list.error;
      failure = list.error;
      break;
    }
    // While pages are read new deployments push old ones onto the next page.
    for (const deployment of list.value.deployments) byId.set(deployment.id, deployment);
    const oldest = list.value.deployments.at(-1);
    const next = oldest === undefined || createdMs(oldest) < fromMs ? undefined : list.value.nextPage;
    // A page that names itself or an earlier one as the next would go round for ever; what comes after it is not read.
    if (next !== undefined && next <= page) break;
    page = next;
  }
  const listed = [...byId.values()].sort(
    (one, other) => createdMs(other) - createdMs(one) || other.id - one.id,
  );
  const deployments = ofEnvironment(listed, environment);
  const last = listed.at(-1);
  const isCut = page !== undefined && last !== undefined;
  return {
    repository,
    service,
    deployments,
    ...(isCut ? { wholeFromMs: createdMs(last) } : {}),
    ...(failure === undefined ? {} : { failure }),
  };
}

export function createdMs(deployment: Deployment): number {
  return Date.parse(deployment.created_at);
}

/** Where no environment is asked for: no previews, and production alone where GitHub knows which one that is. */
function ofEnvironment(
  listed: readonly Deployment[],
  environment: string | undefined,
): readonly Deployment[] {
  if (environment !== undefined) return listed;
  const lasting = listed.filter((deployment) => deployment.transient_environment !== true);
  const production = lasting.filter((deployment) => deployment.production_environment === true);
  return production.length > 0 ? production : lasting;
}
