import {
  type CallContextV1,
  createSignalIds,
  type ConnectorV1,
  type DeploySignal,
  toQueryId,
} from '@midwatch/core';
import { createHttpClient } from '@midwatch/core/http';
import * as z from 'zod';

const path = '/loki/api/v1/query_range';
const schema = z.object({
  data: z.object({
    result: z.array(z.object({ values: z.array(z.tuple([z.string(), z.string()]).rest(z.unknown())) })),
  }),
});

/**
 * The recorded shop has no Argo CD: its deployer only writes to Loki. So its lines are its deploy history, read by a connector
 * as a user would write one. Everything that it says of the deploy stands in the five recorded lines.
 */
export function createDeployerLogConnector(fetch: CallContextV1['fetch']): ConnectorV1 {
  const connectorId = 'deployer-log';
  const allow = [{ method: 'GET', path }] as const;
  const client = createHttpClient({
    connectorId,
    baseUrl: 'http://loki',
    userAgent: 'deployer-log/0',
    allow,
    fetch,
  });
  return {
    specVersion: 'v1',
    id: connectorId,
    checkHealth: () => Promise.resolve({ state: 'healthy' }),
    sources: {
      deploys: {
        limits: { maxItems: 100 },
        async doQuery({ window, target }, call) {
          const text = '{app="deployer"}';
          const queryId = toQueryId(connectorId, text, window);
          const query = {
            query: text,
            start: `${window.startMs}000000`,
            end: `${window.endMs}000000`,
            limit: 1000,
          };
          const { body } = await client.request({ method: 'GET', path, query, schema }, call);
          const lines = body.data.result.flatMap(({ values }) => values.map(([ns, line]) => ({ ns, line })));
          const deploys = toDeploys(lines, { connectorId, queryId });
          return {
            signals: deploys.filter(
              ({ service }) => target.service === undefined || target.service === service,
            ),
            gaps: [],
            provenance: [{ queryId, language: 'logql', text, window }],
          };
        },
      },
    },
  };
}

function toDeploys(
  lines: readonly { ns: string; line: string }[],
  scope: { connectorId: string; queryId: string },
): DeploySignal[] {
  const ids = createSignalIds(scope.connectorId, 'deploys');
  const byDeploy = Map.groupBy(lines, ({ line }) => /^\[deploy (\d+)\]/.exec(line)?.[1] ?? '');
  return [...byDeploy].flatMap(([deploy, own]) => {
    const all = own.map(({ line }) => line).join('\n');
    const named = /app=(\S+) revision (\S+) -> (\S+) by (\S+): "(.*)"/.exec(all);
    const complete = own.find(({ line }) => line.includes('rollout complete'));
    if (named === null || complete === undefined) return [];
    const [, service = '', previousRevision = '', revision = '', actor = '', summary = ''] = named;
    const file = /config diff (\S+):/.exec(all)?.[1] ?? '';
    const changes = [...all.matchAll(/^- {2}(\S+): (.*)$/gm)].map(([, key = '', before = '']) => ({
      path: `${file}: ${key}`,
      before,
      after:
        all
          .split('\n')
          .find((line) => line.startsWith(`+  ${key}: `))
          ?.slice(key.length + 5) ?? null,
    }));
    const tag = changes.find((change) => change.path.endsWith('image.tag'));
    const signal: DeploySignal = {
      kind: 'deploys',
      ...{
        id: ids(deploy),
        ...scope,
        timeUnixNano: complete.ns,
        timestampMs: Number(complete.ns.slice(0, -6)),
      },
      ...{ service, namespace: 'shop', revision, previousRevision, actor, summary },
      ...(tag?.after == null ? {} : { version: tag.after, previousVersion: tag.before }),
      changes,
      phase: all.includes('sync succeeded') ? 'succeeded' : 'unknown',
    };
    return [signal];
  });
}
