import type { CallContextV1 } from '@midwatch/core';
import { type AllowedRequest, createHttpClient, type HttpClient } from '@midwatch/core/http';
import type * as z from 'zod';
import { type ExecutorOptions, requireOwnToken } from '../executor.js';
import { VERSION } from '../version.js';
import {
  autoscalerListSchema,
  deploymentSchema,
  podSchema,
  replicaSetListSchema,
  replicaSetSchema,
  writtenSchema,
} from './kubernetes-objects.js';

const deployment = '/apis/apps/v1/namespaces/{namespace}/deployments/{name}';
const replicaSets = '/apis/apps/v1/namespaces/{namespace}/replicasets';
const replicaSet = '/apis/apps/v1/namespaces/{namespace}/replicasets/{name}';
const pod = '/api/v1/namespaces/{namespace}/pods/{name}';
const eviction = '/api/v1/namespaces/{namespace}/pods/{name}/eviction';
const autoscalers = '/apis/autoscaling/v2/namespaces/{namespace}/horizontalpodautoscalers';

/** All that is ever called: `access/kubernetes-role.yaml` grants exactly this. */
export const kubernetesRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: deployment },
  { method: 'GET', path: replicaSets },
  { method: 'GET', path: replicaSet },
  { method: 'GET', path: pod },
  { method: 'GET', path: autoscalers },
  { method: 'PATCH', path: deployment },
  { method: 'POST', path: eviction },
];

export interface ObjectName {
  readonly namespace: string;
  readonly name: string;
}

export type KubernetesRequests = ReturnType<typeof createKubernetesRequests>;

/** Ten revisions of large templates are some 300 kB; a namespace with hundreds of workloads needs the selector. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;
const LIST_LIMIT = 500;

export function createKubernetesRequests(options: ExecutorOptions, executorId: string) {
  requireOwnToken(options, executorId);
  const { baseUrl, writeToken, fetch, dryRun = false } = options;
  const client: HttpClient = createHttpClient({
    baseUrl,
    token: writeToken,
    ...(fetch === undefined ? {} : { fetch }),
    connectorId: executorId,
    userAgent: `midwatch-remediation/${VERSION}`,
    allow: kubernetesRequests,
    maxBodyBytes: MAX_BODY_BYTES,
  });
  const writing = { fieldManager: 'midwatch', ...(dryRun ? { dryRun: 'All' } : {}) };

  async function read<T>(path: string, name: ObjectName, schema: z.ZodType<T>, call: CallContextV1) {
    const pathParameters = { namespace: name.namespace, name: name.name };
    return (await client.request({ method: 'GET', path, pathParameters, schema }, call)).body;
  }

  return {
    executorId,
    readDeployment: (name: ObjectName, call: CallContextV1) => read(deployment, name, deploymentSchema, call),
    readReplicaSet: (name: ObjectName, call: CallContextV1) => read(replicaSet, name, replicaSetSchema, call),
    readPod: (name: ObjectName, call: CallContextV1) => read(pod, name, podSchema, call),
    async listReplicaSets(namespace: string, labelSelector: string | undefined, call: CallContextV1) {
      const query = { labelSelector, limit: LIST_LIMIT };
      const common = { method: 'GET', path: replicaSets, query, schema: replicaSetListSchema } as const;
      return (await client.request({ ...common, pathParameters: { namespace } }, call)).body;
    },
    async listAutoscalers(namespace: string, call: CallContextV1) {
      const query = { limit: LIST_LIMIT };
      const common = { method: 'GET', path: autoscalers, query, schema: autoscalerListSchema } as const;
      return (await client.request({ ...common, pathParameters: { namespace } }, call)).body;
    },
    /** https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply */
    async patchDeployment(
      { namespace, name }: ObjectName,
      patch: { readonly kind: 'json-patch' | 'merge-patch'; readonly body: unknown },
      call: CallContextV1,
    ): Promise<void> {
      const headers = { 'content-type': `application/${patch.kind}+json` };
      const common = { method: 'PATCH', path: deployment, query: writing, headers } as const;
      const request = { ...common, json: patch.body, schema: writtenSchema };
      await client.request({ ...request, pathParameters: { namespace, name } }, call);
    },
    /** https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ keeps to PodDisruptionBudgets, where DELETE does not. */
    async evict(
      { namespace, name }: ObjectName,
      preconditions: { readonly uid: string; readonly resourceVersion: string },
      call: CallContextV1,
    ): Promise<void> {
      const metadata = { namespace, name };
      const json = { apiVersion: 'policy/v1', kind: 'Eviction', metadata, deleteOptions: { preconditions } };
      const common = { method: 'POST', path: eviction, query: writing, schema: writtenSchema } as const;
      await client.request({ ...common, json, pathParameters: { namespace, name } }, call);
    },
  };
}
