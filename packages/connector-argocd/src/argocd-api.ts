import type { CallContextV1 } from '@midwatch/core';
import type { AllowedRequest, HttpClient, QueryParameters } from '@midwatch/core/http';
import {
  type Application,
  applicationListSchema,
  applicationSchema,
  manifestsSchema,
  type RevisionMetadata,
  revisionMetadataSchema,
  userInfoSchema,
  versionSchema,
} from './argocd-schema.js';
import type { SyncedRevision } from './sync-record.js';

/** All that is ever called; `sync`, `rollback` and every write stand beside these paths and are not among them. */
export const allowedRequests: readonly AllowedRequest[] = [
  { method: 'GET', path: '/api/v1/applications' },
  { method: 'GET', path: '/api/v1/applications/{name}/revisions/{revision}/metadata' },
  { method: 'GET', path: '/api/v1/applications/{name}/manifests' },
  { method: 'GET', path: '/api/v1/session/userinfo' },
  { method: 'GET', path: '/api/version' },
];

export interface ApplicationList {
  readonly applications: readonly Application[];
  /** Applications of a shape that this connector does not understand. */
  readonly invalidItems: number;
}

export interface ArgoCdApi {
  applications(projects: readonly string[] | undefined, call: CallContextV1): Promise<ApplicationList>;
  /** Author and message of the commit; undefined where a revision is no commit. */
  metadata(
    application: Application,
    revision: SyncedRevision,
    call: CallContextV1,
  ): Promise<RevisionMetadata | undefined>;
  /** Manifests as the server renders them at this revision, each as JSON text. */
  manifests(
    application: Application,
    revision: SyncedRevision,
    call: CallContextV1,
  ): Promise<readonly string[]>;
  version(call: CallContextV1): Promise<string | undefined>;
  isLoggedIn(call: CallContextV1): Promise<boolean>;
}

/** https://argo-cd.readthedocs.io/en/stable/developer-guide/api-docs/ */
export function createArgoCdApi(client: HttpClient): ArgoCdApi {
  return {
    async applications(projects, call) {
      const query: QueryParameters = { projects };
      const path = '/api/v1/applications';
      // `fields` would make the answer smaller, and cannot select the history.
      const { body } = await client.request(
        { method: 'GET', path, query, schema: applicationListSchema },
        call,
      );
      const parsed = (body.items ?? []).map((item) => applicationSchema.safeParse(item).data);
      const applications = parsed.filter((application) => application !== undefined);
      return { applications, invalidItems: parsed.length - applications.length };
    },
    async metadata(application, { revisions, primary, sources }, call) {
      const revision = revisions[primary] ?? '';
      if (!isCommit(revision) || sources[primary]?.chart) return undefined;
      const path = '/api/v1/applications/{name}/revisions/{revision}/metadata';
      const pathParameters = { name: application.metadata.name, revision };
      const sourceIndex = sources.length > 1 ? { sourceIndex: primary } : {};
      const query = { ...scopeOf(application), ...sourceIndex };
      const schema = revisionMetadataSchema;
      return (await client.request({ method: 'GET', path, pathParameters, query, schema }, call)).body;
    },
    async manifests(application, { revisions, sources }, call) {
      const path = '/api/v1/applications/{name}/manifests';
      const pathParameters = { name: application.metadata.name };
      const asked: QueryParameters =
        sources.length > 1
          ? { revisions, sourcePositions: revisions.map((_, index) => String(index + 1)) }
          : { revision: revisions[0] };
      const query = { ...scopeOf(application), ...asked };
      const { body } = await client.request(
        { method: 'GET', path, pathParameters, query, schema: manifestsSchema },
        call,
      );
      return body.manifests ?? [];
    },
    async version(call) {
      const { body } = await client.request(
        { method: 'GET', path: '/api/version', schema: versionSchema },
        call,
      );
      return body.Version ?? undefined;
    },
    async isLoggedIn(call) {
      const path = '/api/v1/session/userinfo';
      const { body } = await client.request({ method: 'GET', path, schema: userInfoSchema }, call);
      return body.loggedIn === true;
    },
  };
}

/** Without its project a missing application is answered with 403 instead of 404; its namespace may be any. */
function scopeOf({ metadata, spec }: Application): QueryParameters {
  return { project: spec?.project || undefined, appNamespace: metadata.namespace || undefined };
}

/** A hash of Git; what a vendor calls a revision also ends up in a path. */
function isCommit(revision: string): boolean {
  return /^[0-9a-f]{7,64}$/i.test(revision);
}
