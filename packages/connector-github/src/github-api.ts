import type { CallContextV1, FetchLike } from '@midwatch/core';
import {
  type AllowedRequest,
  createHttpClient,
  type HttpClientOptions,
  type QueryParameters,
} from '@midwatch/core/http';
import type * as z from 'zod';
import {
  blobSchema,
  type Commit,
  type Comparison,
  commitsSchema,
  comparisonSchema,
  type Deployment,
  type DeploymentStatus,
  deploymentsSchema,
  type PullRequest,
  pullRequestsSchema,
  rateLimitSchema,
  statusesSchema,
} from './github-schema.js';
import { nextPage } from './next-page.js';
import { withRateLimits } from './rate-limits.js';
import type { Repository } from './repository-map.js';

const repositoryPath = '/repos/{owner}/{repo}';
const paths = {
  deployments: `${repositoryPath}/deployments`,
  statuses: `${repositoryPath}/deployments/{id}/statuses`,
  compare: `${repositoryPath}/compare/{basehead}`,
  commits: `${repositoryPath}/commits`,
  pulls: `${repositoryPath}/commits/{sha}/pulls`,
  blob: `${repositoryPath}/git/blobs/{sha}`,
  rateLimit: '/rate_limit',
} as const;

/** All that is ever called. */
export const allowedRequests: readonly AllowedRequest[] = Object.values(paths).map((path) => ({
  method: 'GET',
  path,
}));

/** https://docs.github.com/en/rest/about-the-rest-api/api-versions: pinned, since newer ones differ and older servers know no other. */
const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' };
/** The vendor's cap. */
const PER_PAGE = 100;
/** Of commits that touched one file: the range's own are among the newest. */
const COMMITS_OF_FILE = 30;

export interface DeploymentPage {
  /** Newest first. */
  readonly deployments: readonly Deployment[];
  readonly nextPage: number | undefined;
}

export interface GitHubApi {
  deployments(
    repository: Repository,
    asked: { readonly environment?: string | undefined; readonly page?: number; readonly perPage?: number },
    call: CallContextV1,
  ): Promise<DeploymentPage>;
  /** Newest first. */
  statuses(
    repository: Repository,
    id: number,
    call: CallContextV1,
  ): Promise<{ readonly statuses: readonly DeploymentStatus[]; readonly isWhole: boolean }>;
  /** From their common ancestor to `head`. */
  compare(repository: Repository, base: string, head: string, call: CallContextV1): Promise<Comparison>;
  /** Reachable from `from`, newest first. */
  commitsOfFile(
    repository: Repository,
    file: { readonly path: string; readonly from: string },
    call: CallContextV1,
  ): Promise<readonly Commit[]>;
  pullRequests(repository: Repository, sha: string, call: CallContextV1): Promise<readonly PullRequest[]>;
  /** The text of a file; undefined where it is none. */
  fileText(repository: Repository, sha: string, call: CallContextV1): Promise<string | undefined>;
  /** Whether code can be read: the least that a comparison needs. */
  requireContents(repository: Repository, call: CallContextV1): Promise<void>;
  /** Costs nothing of the limit. `left` is absent on a server without limits. */
  rateLimit(call: CallContextV1): Promise<{ readonly left?: number; readonly serverVersion?: string }>;
}

/** https://docs.github.com/en/rest */
export function createGitHubApi(options: HttpClientOptions): GitHubApi {
  const own = options.fetch;
  const client = createHttpClient({ ...options, fetch: own === undefined ? undefined : withRateLimits(own) });

  async function get<T>(
    path: string,
    pathParameters: Readonly<Record<string, string>>,
    asked: {
      readonly query?: QueryParameters;
      readonly schema: z.ZodType<T>;
      readonly acceptStatus?: readonly number[];
    },
    call: CallContextV1,
  ) {
    // With a fetch of its own the connector sends with that, inside of core's limit.
    const limited: FetchLike = own === undefined ? withRateLimits(call.fetch) : call.fetch;
    return client.request(
      { method: 'GET', path, pathParameters, headers, ...asked },
      { ...call, fetch: limited },
    );
  }
  const at = ({ owner, name }: Repository) => ({ owner, repo: name });

  return {
    async deployments(repository, { environment, page = 1, perPage = PER_PAGE }, call) {
      const query = { environment, per_page: perPage, page };
      const schema = deploymentsSchema;
      const { body, headers: told } = await get(paths.deployments, at(repository), { query, schema }, call);
      return { deployments: body, nextPage: nextPage(told.get('link')) };
    },
    async statuses(repository, id, call) {
      const parameters = { ...at(repository), id: String(id) };
      const query = { per_page: PER_PAGE };
      const asked = { query, schema: statusesSchema };
      const { body, headers: told } = await get(paths.statuses, parameters, asked, call);
      return { statuses: body, isWhole: nextPage(told.get('link')) === undefined };
    },
    async compare(repository, base, head, call) {
      const parameters = { ...at(repository), basehead: `${base}...${head}` };
      // The files stand on page 1 only.
      const query = { per_page: PER_PAGE, page: 1 };
      return (await get(paths.compare, parameters, { query, schema: comparisonSchema }, call)).body;
    },
    async commitsOfFile(repository, { path, from }, call) {
      const query = { path, sha: from, per_page: COMMITS_OF_FILE };
      return (await get(paths.commits, at(repository), { query, schema: commitsSchema }, call)).body;
    },
    async pullRequests(repository, sha, call) {
      const parameters = { ...at(repository), sha };
      const asked = { query: { per_page: PER_PAGE }, schema: pullRequestsSchema };
      return (await get(paths.pulls, parameters, asked, call)).body;
    },
    async fileText(repository, sha, call) {
      const { body } = await get(paths.blob, { ...at(repository), sha }, { schema: blobSchema }, call);
      return body.encoding === 'base64' ? decodeText(body.content) : body.content;
    },
    async requireContents(repository, call) {
      await get(paths.commits, at(repository), { query: { per_page: 1 }, schema: commitsSchema }, call);
    },
    async rateLimit(call) {
      const asked = { schema: rateLimitSchema, acceptStatus: [404] };
      const { body, headers: told } = await get(paths.rateLimit, {}, asked, call);
      const left = body.resources?.core?.remaining;
      const serverVersion = told.get('x-github-enterprise-version');
      return { ...(left == null ? {} : { left }), ...(serverVersion === null ? {} : { serverVersion }) };
    },
  };
}

function decodeText(base64: string): string | undefined {
  try {
    const bytes = Uint8Array.from(atob(base64.replaceAll(/\s/g, '')), (character) => character.charCodeAt(0));
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
