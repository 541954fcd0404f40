import type { CallContextV1 } from '@midwatch/core';
import { type AllowedRequest, createHttpClient } from '@midwatch/core/http';
import { type ExecutorOptions, requireOwnToken } from '../executor.js';
import type { TargetName } from '../target.js';
import { VERSION } from '../version.js';
import { type Application, applicationSchema } from './argocd-application.js';

const application = '/api/v1/applications/{name}';
const rollback = '/api/v1/applications/{name}/rollback';

/** All that is ever called: `access/argocd-policy.csv` grants exactly this. Sync, patch and delete stand beside it and are not in it. */
export const argoCdRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: application },
  { method: 'POST', path: rollback },
];

type ApplicationName = Extract<TargetName, { kind: 'application' }>;

const MAX_BODY_BYTES = 16 * 1024 * 1024;

export function createArgoCdRequests(options: ExecutorOptions, executorId: string) {
  requireOwnToken(options, executorId);
  const { baseUrl, writeToken, fetch, dryRun = false } = options;
  const client = createHttpClient({
    baseUrl,
    token: writeToken,
    ...(fetch === undefined ? {} : { fetch }),
    connectorId: executorId,
    userAgent: `midwatch-remediation/${VERSION}`,
    allow: argoCdRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  return {
    async read({ name, namespace }: ApplicationName, call: CallContextV1): Promise<Application> {
      const query = { appNamespace: namespace };
      const common = { method: 'GET', path: application, query, schema: applicationSchema } as const;
      return (await client.request({ ...common, pathParameters: { name } }, call)).body;
    },
    /** Never prunes: what only the newer revision has stays. */
    async rollback(
      { name, namespace }: ApplicationName,
      { historyId, project }: { readonly historyId: number; readonly project: string | undefined },
      call: CallContextV1,
    ): Promise<Application> {
      const json = { name, id: historyId, prune: false, dryRun, appNamespace: namespace, project };
      const common = { method: 'POST', path: rollback, json, schema: applicationSchema } as const;
      return (await client.request({ ...common, pathParameters: { name } }, call)).body;
    },
  };
}
