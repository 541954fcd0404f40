import {
  type CallContextV1,
  ConnectorError,
  type ConnectorV1,
  createSignalIds,
  type DeploySignal,
  type Gap,
  type SignalBatchV1,
  type SignalQueryByKind,
  type TimeWindow,
  toQueryId,
} from '@midwatch/core';
import {
  type Change,
  type ChangeList,
  type ChangeQuery,
  type ChangeStore,
  toDeploySignal,
} from '@midwatch/core/incident';
import { MAX_LISTED_CHANGES, toChangesPath } from './changes-path.js';
import { untilCallEnds } from './until-call-ends.js';

const ID = 'changes';

/** What `POST /changes` was told, as a source of deploys. A service that nobody told of is no unknown service. */
export function createChangesConnector(changes: ChangeStore): ConnectorV1 {
  return {
    specVersion: 'v1',
    id: ID,
    sources: {
      deploys: {
        limits: { maxItems: MAX_LISTED_CHANGES },
        doQuery: (query, call) => findChanges(changes, query, call),
      },
    },
    async checkHealth(call) {
      const query = { startMs: 0, endMs: 1, limit: 1, keep: 'newest' } as const;
      try {
        await untilCallEnds(ID, call, () => changes.list(query));
        return { state: 'healthy' };
      } catch (error) {
        if (ConnectorError.is(error) && error.code === 'aborted') throw error;
        return { state: 'unhealthy', detail: 'the store of this server does not answer' };
      }
    },
  };
}

async function findChanges(
  changes: ChangeStore,
  query: SignalQueryByKind['deploys'],
  call: CallContextV1,
): Promise<SignalBatchV1<'deploys'>> {
  const { between = [], keep, limit, target, window } = query;
  const asked: ChangeQuery = {
    // Changes have whole milliseconds, a window need not.
    startMs: Math.ceil(window.startMs),
    endMs: Math.ceil(window.endMs),
    ...(target.service === undefined ? {} : { service: target.service }),
    ...(target.namespace === undefined ? {} : { namespace: target.namespace }),
    limit: Math.min(Math.max(1, limit), MAX_LISTED_CHANGES),
    keep,
  };
  const text = `GET ${toChangesPath(asked)}`;
  const queryId = toQueryId(ID, text, window);
  const found = await untilCallEnds(ID, call, () => listChanges(changes, asked));
  const toId = createSignalIds(ID, 'deploys');
  return {
    signals: found.changes.map((change) => toSignal(change, toId(change.id), queryId)),
    gaps: [...cutGaps(found, window, keep), ...(between.length === 0 ? [] : [betweenGap])],
    provenance: [{ queryId, language: 'http', text, window }],
  };
}

async function listChanges(changes: ChangeStore, query: ChangeQuery): Promise<ChangeList> {
  try {
    return await changes.list(query);
  } catch (cause) {
    throw new ConnectorError({
      code: 'unavailable',
      connectorId: ID,
      message: 'the store of this server failed',
      cause,
    });
  }
}

/** Without a version the change's own id tells revisions apart. */
function toSignal({ recordedAtMs: _, ...change }: Change, id: string, queryId: string): DeploySignal {
  return toDeploySignal(change, { id, connectorId: ID, queryId, revision: change.id });
}

const betweenGap: Gap = {
  reason: 'unsupported-filter',
  detail: 'told changes do not say what lies between two revisions',
};

function cutGaps({ changes, total }: ChangeList, window: TimeWindow, keep: ChangeQuery['keep']): Gap[] {
  const missing = { count: total - changes.length, exact: true };
  if (missing.count <= 0) return [];
  if (keep === 'spread') return [{ reason: 'sampled', missing }];
  const edgeMs = changes.at(keep === 'newest' ? 0 : -1)?.timestampMs;
  const uncovered =
    keep === 'newest'
      ? { startMs: window.startMs, endMs: edgeMs ?? window.endMs }
      : { startMs: edgeMs ?? window.startMs, endMs: window.endMs };
  return [{ reason: 'row-limit', window: uncovered, missing }];
}
