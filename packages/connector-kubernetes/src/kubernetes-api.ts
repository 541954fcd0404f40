import type { CallContextV1, Gap } from '@midwatch/core';
import type { AllowedRequest, HttpClient, QueryParameters } from '@midwatch/core/http';
import * as z from 'zod';
import { type ListPage, listPageSchema, readPages } from './list-pages.js';

const namespaced = [
  '/api/v1/{scope}pods',
  '/api/v1/{scope}events',
  '/apis/events.k8s.io/v1/{scope}events',
  '/apis/apps/v1/{scope}deployments',
  '/apis/apps/v1/{scope}statefulsets',
  '/apis/apps/v1/{scope}daemonsets',
  '/apis/apps/v1/{scope}replicasets',
  '/apis/apps/v1/{scope}controllerrevisions',
  '/apis/autoscaling/v2/{scope}horizontalpodautoscalers',
] as const;
const single = [
  '/api/v1/namespaces/{namespace}/configmaps/{name}',
  '/apis/helm.toolkit.fluxcd.io/v2/namespaces/{namespace}/helmreleases/{name}',
  '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/{namespace}/kustomizations/{name}',
] as const;
const nodes = '/api/v1/nodes';
const accessReview = '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews';

/** The lists that are read, of one namespace or of all. */
export type ListPath = (typeof namespaced)[number] | typeof nodes;
export type ObjectPath = (typeof single)[number];

/** All that is ever called. Secrets stand beside these paths and are not among them. */
export const allowedRequests: readonly AllowedRequest[] = [
  ...namespaced.flatMap((path) => [
    { method: 'GET' as const, path: path.replace('{scope}', '') },
    { method: 'GET' as const, path: path.replace('{scope}', 'namespaces/{namespace}/') },
  ]),
  ...single.map((path) => ({ method: 'GET' as const, path })),
  { method: 'GET', path: nodes },
  { method: 'GET', path: '/version' },
  // Asks what the token may do and stores nothing: https://kubernetes.io/docs/reference/access-authn-authz/authorization/
  { method: 'POST', path: accessReview },
];

export interface Listing<T> {
  readonly items: readonly T[];
  readonly gaps: readonly Gap[];
}

export interface ListRequest<T> {
  readonly path: ListPath;
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  readonly schema: z.ZodType<T>;
}

export interface AccessQuestion {
  readonly verb: 'get' | 'list';
  readonly group: string;
  readonly resource: string;
  /** All namespaces when absent. */
  readonly namespace?: string | undefined;
}

export interface KubernetesApi {
  /** Rejects when the first page cannot be read; what is missing of later ones is a gap. */
  list<T>(request: ListRequest<T>, call: CallContextV1): Promise<Listing<T>>;
  /** Undefined when there is no such object. Its names must have passed `isObjectName`. */
  read<T>(
    path: ObjectPath,
    names: { readonly namespace: string; readonly name: string },
    schema: z.ZodType<T>,
    call: CallContextV1,
  ): Promise<T | undefined>;
  mayDo(question: AccessQuestion, call: CallContextV1): Promise<boolean>;
  version(call: CallContextV1): Promise<string | undefined>;
}

const statusSchema = z.object({ kind: z.literal('Status') });
const reviewSchema = z.object({ status: z.object({ allowed: z.boolean().nullish() }) });
const versionSchema = z.object({ gitVersion: z.string().nullish() });

export function createKubernetesApi(client: HttpClient, connectorId: string): KubernetesApi {
  function requestPage<T>(
    { path, namespace, labelSelector, fieldSelector }: ListRequest<T>,
    paging: QueryParameters,
    call: CallContextV1,
  ): Promise<{ status: number; body: ListPage }> {
    const query = { labelSelector, fieldSelector, ...paging };
    // An expired token of a list answers 410, and may bring one to go on with.
    const common = { method: 'GET', query, schema: listPageSchema, acceptStatus: [410] } as const;
    return namespace === undefined
      ? client.request({ ...common, path: path.replace('{scope}', '') }, call)
      : client.request(
          {
            ...common,
            path: path.replace('{scope}', 'namespaces/{namespace}/'),
            pathParameters: { namespace },
          },
          call,
        );
  }

  return {
    list(request, call) {
      const what = request.path.split(/[/}]/).at(-1) ?? '';
      return readPages({
        what,
        connectorId,
        schema: request.schema,
        requestPage: (paging) => requestPage(request, paging, call),
      });
    },
    async read(path, names, schema, call) {
      const { status, body } = await client.request(
        {
          method: 'GET',
          path,
          pathParameters: { ...names },
          schema: z.union([statusSchema, schema]),
          acceptStatus: [404],
        },
        call,
      );
      return status === 404 ? undefined : schema.safeParse(body).data;
    },
    async mayDo({ verb, group, resource, namespace }, call) {
      const spec = { resourceAttributes: { verb, group, resource, namespace: namespace ?? '' } };
      const json = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      const { body } = await client.request(
        { method: 'POST', path: accessReview, json, schema: reviewSchema },
        call,
      );
      return body.status.allowed === true;
    },
    async version(call) {
      const { body } = await client.request({ method: 'GET', path: '/version', schema: versionSchema }, call);
      return body.gitVersion ?? undefined;
    },
  };
}
