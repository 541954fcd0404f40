import type { CallContextV1 } from '@midwatch/core';
import type { AllowedRequest, HttpClient } from '@midwatch/core/http';
import {
  type Application,
  applicationListSchema,
  manifestsSchema,
  type RevisionMetadata,
  revisionMetadataSchema,
  versionSchema,
} from './argocd-schema.js';

/** All that is ever called; `sync`, `rollback` and every write stand beside these paths and are not among them. */
export const allowedRequests = [
  { method: 'GET', path: '/api/v1/applications' },
  { method: 'GET', path: '/api/v1/applications/{name}/revisions/{revision}/metadata' },
  { method: 'GET', path: '/api/v1/applications/{name}/manifests' },
  { method: 'GET', path: '/api/version' },
] as const satisfies readonly AllowedRequest[];

/** One revision of an application: of a single source, or of each of several by its position from 1. */
export interface Revision {
  readonly single: string;
  readonly all: readonly string[] | undefined;
}

export interface ArgoCdApi {
  applications(projects: readonly string[] | undefined, call: CallContextV1): Promise<readonly Application[]>;
  metadata(application: Application, revision: Revision, call: CallContextV1): Promise<RevisionMetadata>;
  /** Manifests as the server renders them at this revision, each as JSON text. */
  manifests(application: Application, revision: Revision, call: CallContextV1): Promise<readonly string[]>;
  version(call: CallContextV1): Promise<string | undefined>;
}

export function createArgoCdApi(client: HttpClient): ArgoCdApi {
  /** Without its project, a missing application is answered with 403 instead of 404. */
  const scope = ({ metadata, spec }: Application) => ({
    project: spec.project ?? undefined,
    appNamespace: metadata.namespace ?? undefined,
  });
  return {
    async applications(projects, call) {
      const query = projects === undefined ? {} : { projects };
      const request = {
        method: 'GET',
        path: '/api/v1/applications',
        query,
        schema: applicationListSchema,
      } as const;
      return (await client.request(request, call)).body.items ?? [];
    },
    async metadata(application, { single, all }, call) {
      const path = '/api/v1/applications/{name}/revisions/{revision}/metadata';
      const pathParameters = { name: application.metadata.name, revision: single };
      const query = { ...scope(application), ...(all === undefined ? {} : { sourceIndex: 0 }) };
      return (
        await client.request(
          { method: 'GET', path, pathParameters, query, schema: revisionMetadataSchema },
          call,
        )
      ).body;
    },
    async manifests(application, { single, all }, call) {
      const path = '/api/v1/applications/{name}/manifests';
      const revisions =
        all === undefined
          ? { revision: single }
          : { revisions: all, sourcePositions: all.map((_, index) => String(index + 1)) };
      const request = {
        method: 'GET',
        path,
        pathParameters: { name: application.metadata.name },
        query: { ...scope(application), ...revisions },
        schema: manifestsSchema,
      } as const;
      return (await client.request(request, call)).body.manifests ?? [];
    },
    async version(call) {
      const { body } = await client.request(
        { method: 'GET', path: '/api/version', schema: versionSchema },
        call,
      );
      return body.Version ?? undefined;
    },
  };
}
