import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import type { HttpConnectorOptions } from '@midwatch/core/http';
import { createDeploysSource } from './deploys-source.js';
import { allowedRequests, createGitHubApi, type GitHubApi } from './github-api.js';
import { attempt } from './read-failure.js';
import { findRepositories, nameOf, type RepositoryMap, requireRepositories } from './repository-map.js';
import { VERSION } from './version.js';

/** Where GitHub answers, who asks, and which repository belongs to which service. */
export interface GitHubConnectorOptions extends Omit<HttpConnectorOptions, 'baseUrl'> {
  /** `https://HOST/api/v3` for GitHub Enterprise Server. @default `https://api.github.com` */
  readonly baseUrl?: string | undefined;
  /** Service name to `owner/name`. A service that is itself called `owner/name` needs no entry. */
  readonly repositories?: RepositoryMap | undefined;
  /** Environment of the alert to environment on GitHub, where they differ. */
  readonly environments?: Readonly<Record<string, string>> | undefined;
}

/** A comparison brings up to 300 files with their patches. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;
/** Fewer requests than one incident may need. */
const LOW_LIMIT = 100;

/** Reads deployments, and what lies between two revisions, from GitHub. */
export function createGitHubConnector(options: GitHubConnectorOptions = {}): ConnectorV1 {
  const { id = 'github', baseUrl = 'https://api.github.com', repositories = {}, environments = {} } = options;
  const api = createGitHubApi({
    ...options,
    baseUrl,
    connectorId: id,
    userAgent: `midwatch-connector-github/${VERSION}`,
    allow: allowedRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  requireRepositories(repositories, id);
  const webUrl = toWebUrl(options.webUrl ?? knownWebUrl(baseUrl), id);
  return {
    specVersion: 'v1',
    id,
    ...(options.covers === undefined ? {} : { covers: options.covers }),
    sources: { deploys: createDeploysSource(api, { connectorId: id, repositories, environments, webUrl }) },
    checkHealth: (call) => checkHealth(api, repositories, call),
  };
}

/** Asks what the queries will ask: of the first repository, deployments and code. */
async function checkHealth(
  api: GitHubApi,
  repositories: RepositoryMap,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const limit = await attempt(api.rateLimit(call));
  const known = { latencyMs: Date.now() - startedMs };
  if ('error' in limit) return { state: 'unhealthy', ...known, detail: limit.error.message };
  const { left, serverVersion } = limit.value;
  const told = { ...known, ...(serverVersion === undefined ? {} : { version: serverVersion }) };
  const [first] = findRepositories({}, repositories);
  if (first !== undefined) {
    const { repository } = first;
    const checks = await Promise.all([
      attempt(api.deployments(repository, { perPage: 1 }, call)),
      attempt(api.requireContents(repository, call)),
    ]);
    const problems = checks.flatMap((check, index) =>
      'error' in check ? [`${permissions[index]}: ${problemOf(check.error)}`] : [],
    );
    if (problems.length > 0) {
      const detail = `${nameOf(repository)}: ${problems.join('; ')}`;
      return { state: problems.length === checks.length ? 'unhealthy' : 'degraded', detail, ...told };
    }
  }
  if (left !== undefined && left < LOW_LIMIT)
    return { state: 'degraded', detail: `${left} requests are left of this hour's limit`, ...told };
  return { state: 'healthy', ...told };
}

const permissions = ['deployments', 'contents'] as const;

/** GitHub says 404 of what a token may not see. */
function problemOf({ status, message }: ConnectorError): string {
  return status === 404 || status === 403 ? `HTTP ${status}, grant it (read) on this repository` : message;
}

/** The pages of an API whose address tells them. */
function knownWebUrl(baseUrl: string): string | undefined {
  const base = baseUrl.replace(/\/+$/, '');
  const tenant = /^https:\/\/api\.([\w.-]+\.ghe\.com|github\.com)$/.exec(base)?.[1];
  if (tenant !== undefined) return `https://${tenant}`;
  return base.endsWith('/api/v3') ? base.slice(0, -'/api/v3'.length) : undefined;
}

function toWebUrl(webUrl: string | undefined, connectorId: string): string | undefined {
  if (webUrl === undefined) return undefined;
  if (!URL.canParse(webUrl) || !/^https?:$/.test(new URL(webUrl).protocol)) {
    const message = '`webUrl` must be an absolute http or https URL';
    throw new ConnectorError({ code: 'config', connectorId, message });
  }
  return webUrl.replace(/\/+$/, '');
}
