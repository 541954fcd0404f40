import {
  type ConnectorError,
  createSignalIds,
  type Gap,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import {
  type ApplicationMap,
  type ClusterMap,
  type MatchedApplication,
  matchApplications,
} from './application-match.js';
import type { ArgoCdApi } from './argocd-api.js';
import { toDeploySignal } from './deploy-signal.js';
import { createDetailsReader, type SyncDetails } from './sync-details.js';
import { historyStartMs, type SyncRecord, toSyncRecords } from './sync-record.js';

type DeployQuery = SignalQueryByKind['deploys'];

/** Applications times their history; Argo CD has no cap of its own. */
const MAX_ITEMS = 2000;
/** Details cost two to three requests each: they are read for the newest deploys, which are the likeliest culprits. */
const MAX_DETAILED = 3;

export interface DeploysSourceOptions {
  readonly connectorId: string;
  readonly applications: ApplicationMap;
  readonly clusters: ClusterMap;
  readonly projects: readonly string[] | undefined;
  readonly webUrl: string | undefined;
}

interface ServiceSync extends SyncRecord {
  readonly service: string;
  readonly timestampMs: number;
}

/** Deploys from the histories of applications, the newest with what they changed. */
export function createDeploysSource(
  api: ArgoCdApi,
  options: DeploysSourceOptions,
): SignalSourceV1<'deploys'> {
  const { connectorId, webUrl } = options;
  return {
    limits: { maxItems: MAX_ITEMS },
    async doQuery(query, call) {
      const { applications, invalidItems } = await api.applications(options.projects, call);
      const { applications: known, clusters } = options;
      const matched = matchApplications(applications, query.target, known, clusters);
      const kept = keepWithinLimit(syncsOf(matched, query), query);
      const readDetails = createDetailsReader(api, call);
      // The newest first: time may run out before the last.
      const newestFirst = kept.signals.slice(-MAX_DETAILED).toReversed();
      const read = await Promise.all(newestFirst.map((sync) => readDetails(sync, sync.service)));
      const details = new Map(newestFirst.map((sync, index) => [sync, read[index]]));

      const text = queryText(query, matched);
      const queryId = toQueryId(connectorId, text, query.window);
      const toId = createSignalIds(connectorId, 'deploys');
      const url = webUrl === undefined ? {} : { url: `${webUrl}/applications` };
      return {
        signals: kept.signals.map((sync) =>
          toDeploySignal(sync, details.get(sync), {
            connectorId,
            queryId,
            service: sync.service,
            webUrl,
            toId,
          }),
        ),
        gaps: [...kept.gaps, ...matchGaps(query, matched, invalidItems), ...detailGaps(read)],
        provenance: [{ queryId, language: 'http', text, window: query.window, ...url }],
      };
    },
  };
}

/** The syncs within the window, oldest first. */
function syncsOf(matched: readonly MatchedApplication[], { window }: DeployQuery): ServiceSync[] {
  return matched
    .flatMap(({ application, service }) =>
      toSyncRecords(application).map((record) => ({ ...record, service, timestampMs: record.atMs })),
    )
    .filter(({ atMs }) => atMs >= window.startMs && atMs < window.endMs)
    .sort((left, right) => left.atMs - right.atMs || (left.historyId ?? 0) - (right.historyId ?? 0));
}

function matchGaps(query: DeployQuery, matched: readonly MatchedApplication[], invalidItems: number): Gap[] {
  const { target, window, between } = query;
  const gaps: Gap[] = [];
  if (target.service !== undefined && matched.length === 0) {
    const detail = 'no application that the token may see deploys this service: name it in `applications`';
    gaps.push({ reason: 'unmapped-target', detail });
  }
  if (invalidItems > 0) {
    const missing = { count: invalidItems, exact: true };
    gaps.push({ reason: 'invalid-item', missing, detail: 'applications that could not be read' });
  }
  const starts = matched.flatMap(({ application }) => historyStartMs(application) ?? []);
  const latestStartMs = Math.max(window.startMs, ...starts);
  if (latestStartMs > window.startMs) {
    const uncovered = { startMs: window.startMs, endMs: Math.min(latestStartMs, window.endMs) };
    gaps.push({
      reason: 'retention',
      window: uncovered,
      detail: 'the history of an application begins later',
    });
  }
  if (between !== undefined && between.length > 0) {
    const detail = 'what lies between two commits is for a connector to the source code';
    gaps.push({ reason: 'unsupported-filter', detail });
  }
  return gaps;
}

function detailGaps(read: readonly SyncDetails[]): Gap[] {
  const gaps: Gap[] = [];
  const failures = read.flatMap(({ failure }) => failure ?? []);
  if (failures.length > 0) {
    const late = failures.every(({ code }) => code === 'timeout');
    const missing = { count: failures.length, exact: true };
    const what = 'author, message or manifests of a deploy could not be read';
    const detail = failures.every(isGone)
      ? `${what}: the application is gone by now, or the token may see its list only`
      : `${what}: ${failures[0]?.code ?? ''}`;
    gaps.push({ reason: late ? 'deadline' : 'page-failure', missing, detail });
  }
  const omitted = read.reduce((sum, details) => sum + details.omitted, 0);
  if (omitted > 0) {
    gaps.push({
      reason: 'row-limit',
      missing: { count: omitted, exact: true },
      detail: 'less telling changes of manifests',
    });
  }
  return gaps;
}

/** Argo CD says 403 of what does not exist, unless its project is named as it is by now. */
function isGone({ status }: ConnectorError): boolean {
  return status === 403 || status === 404;
}

const MAX_NAMES = 5;

function queryText({ target }: DeployQuery, matched: readonly MatchedApplication[]): string {
  const names = matched.slice(0, MAX_NAMES).map(({ application }) => application.metadata.name);
  const more = matched.length > MAX_NAMES ? ` and ${matched.length - MAX_NAMES} more` : '';
  const all = target.service === undefined && target.namespace === undefined;
  const whose = all ? 'all applications' : names.length > 0 ? `${names.join(', ')}${more}` : 'no application';
  return `GET /api/v1/applications: status.history of ${whose}`;
}
