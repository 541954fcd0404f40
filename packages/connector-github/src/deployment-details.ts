import type { CallContextV1, ConnectorError, Gap } from '@midwatch/core';
import type { ServiceDeployment } from './deployment-signal.js';
import type { GitHubApi } from './github-api.js';
import { attempt, toFailureGap } from './read-failure.js';
import { type RangeContent, readRange } from './revision-range.js';

export interface DetailsRead {
  readonly contents: ReadonlyMap<ServiceDeployment, RangeContent>;
  readonly gaps: readonly Gap[];
}

/** Each costs two to eight requests: they are read for the newest deployments, which are the likeliest culprits. */
const MAX_DETAILED = 2;

const sameCommit: RangeContent = {
  ...{ status: 'identical', added: [], takenBack: [], addedCount: 0, takenBackCount: 0 },
  ...{ changes: [], gaps: [] },
};

/** What the newest of some deployments brought, compared with what ran before each. */
export async function readDetails(
  api: GitHubApi,
  ascending: readonly ServiceDeployment[],
  call: CallContextV1,
): Promise<DetailsRead> {
  const contents = new Map<ServiceDeployment, RangeContent>();
  const errors: ConnectorError[] = [];
  const newestFirst = ascending.slice(-MAX_DETAILED).toReversed();
  await Promise.all(
    newestFirst.map(async (each) => {
      const { repository, deployment, previous } = each;
      if (previous === undefined) return;
      if (previous.sha === deployment.sha) return void contents.set(each, sameCommit);
      const range = { base: previous.sha, head: deployment.sha };
      const content = await attempt(readRange(api, repository, range, call));
      if ('error' in content) errors.push(content.error);
      else contents.set(each, content.value);
    }),
  );
  const gaps = [...contents.values()].flatMap((content) => content.gaps);
  return {
    contents,
    gaps: [...gaps, ...toFailureGap(errors, 'what a deployment changed could not be read')],
  };
}
