import {
  type CallContextV1,
  createSignalIds,
  type DeploySignal,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { type ApplicationMap, matchApplications, serviceOf } from './application-match.js';
import type { ArgoCdApi } from './argocd-api.js';
import type { Application } from './argocd-schema.js';
import { type DeployDetails, readDetails } from './deploy-details.js';
import { type Deploy, historyStart, readDeploys } from './deploy-history.js';
import { toDeploySignal } from './deploy-signal.js';

/** Applications times their history; Argo CD has no cap of its own. */
const MAX_ITEMS = 2000;
/** Details cost three requests each: they are read for the newest deploys, which are the likeliest culprits. */
const MAX_DETAILED = 3;

export interface DeploysSourceOptions {
  readonly connectorId: string;
  readonly applications: ApplicationMap;
  readonly projects: readonly string[] | undefined;
  readonly webUrl: string | undefined;
}

export function createDeploysSource(
  api: ArgoCdApi,
  options: DeploysSourceOptions,
): SignalSourceV1<'deploys'> {
  return {
    limits: { maxItems: MAX_ITEMS },
    async doQuery(query, call) {
      const matched = matchApplications(
        await api.applications(options.projects, call),
        query.target,
        options.applications,
      );
      const deploys = matched.flatMap((application) => readDeploys(application, query.window)).sort(byTime);
      const kept = keepSome(deploys, query);
      const detailed = kept.slice(-MAX_DETAILED);
      const details = await readAllDetails(api, detailed, call);
      return toBatch({ query, options, matched, kept, details, left: deploys.length - kept.length });
    },
  };
}

/** The newest first, since time may run out before the last. */
async function readAllDetails(
  api: ArgoCdApi,
  deploys: readonly Deploy[],
  call: CallContextV1,
): Promise<ReadonlyMap<Deploy, DeployDetails>> {
  const newestFirst = [...deploys].reverse();
  const read = await Promise.all(
    newestFirst.map(async (deploy) => [deploy, await readDetails(api, deploy, call)] as const),
  );
  return new Map(read);
}

interface BatchParts {
  readonly query: SignalQueryByKind['deploys'];
  readonly options: DeploysSourceOptions;
  readonly matched: readonly Application[];
  readonly kept: readonly Deploy[];
  readonly details: ReadonlyMap<Deploy, DeployDetails>;
  readonly left: number;
}

function toBatch(parts: BatchParts): SignalBatchV1<'deploys'> {
  const { query, options, matched, kept, details } = parts;
  const { connectorId, webUrl } = options;
  const text = queryText(query, matched);
  const queryId = toQueryId(connectorId, text, query.window);
  const toId = createSignalIds(connectorId, 'deploys');
  const signals = kept.map((deploy): DeploySignal => {
    // The service that was asked about keeps the name it was asked by.
    const service = query.target.service ?? serviceOf(deploy.application, options.applications);
    return toDeploySignal(deploy, details.get(deploy), { connectorId, queryId, service, webUrl, toId });
  });
  const url = webUrl === undefined ? {} : { url: `${webUrl}/applications` };
  return {
    signals,
    gaps: gapsOf(parts),
    provenance: [{ queryId, language: 'http', text, window: query.window, ...url }],
  };
}

function gapsOf({ query, matched, details, left }: BatchParts): readonly Gap[] {
  const gaps: Gap[] = [];
  if (query.target.service !== undefined && matched.length === 0) {
    gaps.push({
      reason: 'unmapped-target',
      detail: 'no application of this service; name it in `applications`',
    });
  }
  if (left > 0) gaps.push({ reason: 'row-limit', missing: { count: left, exact: true } });
  const starts = matched.map(historyStart).filter((startMs) => startMs !== undefined);
  const startMs = Math.max(...starts);
  if (starts.length > 0 && startMs > query.window.startMs) {
    const window = { startMs: query.window.startMs, endMs: Math.min(startMs, query.window.endMs) };
    gaps.push({ reason: 'retention', window, detail: 'the history of an application begins later' });
  }
  const incomplete = [...details.values()].filter((detail) => detail.incomplete).length;
  if (incomplete > 0) {
    const detail = 'author, message or manifests of a deploy could not be read';
    gaps.push({ reason: 'page-failure', missing: { count: incomplete, exact: true }, detail });
  }
  if (query.between !== undefined) {
    gaps.push({
      reason: 'unsupported-filter',
      detail: 'commits between two revisions are for a source-code connector',
    });
  }
  return gaps;
}

function queryText({ target }: BatchParts['query'], matched: readonly Application[]): string {
  if (target.service === undefined) return 'GET /api/v1/applications, status.history of all';
  const names = matched.map(({ metadata }) => metadata.name).slice(0, 5);
  return `GET /api/v1/applications, status.history of ${names.join(', ') || `none for ${target.service}`}`;
}

function byTime(one: Deploy, other: Deploy): number {
  return one.atMs - other.atMs || (one.historyId ?? 0) - (other.historyId ?? 0);
}

function keepSome(deploys: readonly Deploy[], { limit, keep }: BatchParts['query']): readonly Deploy[] {
  if (deploys.length <= limit) return deploys;
  if (keep === 'newest') return deploys.slice(-limit);
  if (keep === 'oldest') return deploys.slice(0, limit);
  return deploys.filter(
    (_, index) =>
      Math.floor((index * limit) / deploys.length) !== Math.floor(((index - 1) * limit) / deploys.length),
  );
}
