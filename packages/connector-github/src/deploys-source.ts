import type { SignalSourceV1 } from '@midwatch/core';
import type { GitHubApi } from './github-api.js';
import { readDeployments } from './read-deployments.js';
import { MAX_RANGES, readRanges } from './read-ranges.js';
import type { RepositoryMap } from './repository-map.js';

/** Three pages of deployments of each repository; core asks for far less. */
const MAX_ITEMS = 1000;

export interface DeploysSourceOptions {
  readonly connectorId: string;
  readonly repositories: RepositoryMap;
  readonly environments: Readonly<Record<string, string>>;
  readonly webUrl: string | undefined;
}

/** Deployments, or, where `between` asks for it, what lies between two revisions. */
export function createDeploysSource(
  api: GitHubApi,
  options: DeploysSourceOptions,
): SignalSourceV1<'deploys'> {
  return {
    limits: { maxItems: MAX_ITEMS, maxRanges: MAX_RANGES },
    async doQuery(query, call) {
      const between = query.between ?? [];
      return between.length > 0
        ? readRanges(api, query, between, options, call)
        : readDeployments(api, query, options, call);
    },
  };
}
