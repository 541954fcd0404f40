import * as z from 'zod';

// https://github.com/argoproj/argo-cd/blob/master/assets/swagger.json: any field may be absent, times may be null.

const timeSchema = z.string().nullish();

/** Kept whole: what changed between two entries of the history may stand in any of its fields. */
const sourceSchema = z.looseObject({
  repoURL: z.string().nullish(),
  chart: z.string().nullish(),
  targetRevision: z.string().nullish(),
});
export type ApplicationSource = z.infer<typeof sourceSchema>;

const initiatorSchema = z
  .object({ username: z.string().nullish(), automated: z.boolean().nullish() })
  .nullish();

/** Several sources: `sources` and `revisions` run side by side, and `source` is still there, with an empty `repoURL`. */
const revisionsSchema = z.object({
  revision: z.string().nullish(),
  revisions: z.array(z.string()).nullish(),
  source: sourceSchema.nullish(),
  sources: z.array(sourceSchema).nullish(),
});
export type Revisions = z.infer<typeof revisionsSchema>;

const historySchema = revisionsSchema.extend({
  id: z.number().int().nullish(),
  deployStartedAt: timeSchema,
  deployedAt: timeSchema,
  initiatedBy: initiatorSchema,
});
export type HistoryEntry = z.infer<typeof historySchema>;

const operationStateSchema = z.object({
  phase: z.string().nullish(),
  message: z.string().nullish(),
  startedAt: timeSchema,
  finishedAt: timeSchema,
  operation: z
    .object({
      initiatedBy: initiatorSchema,
      sync: z
        .object({
          ...revisionsSchema.shape,
          dryRun: z.boolean().nullish(),
          resources: z.array(z.unknown()).nullish(),
          /** Set where automated sync put something back that was changed in the cluster. */
          autoHealAttemptsCount: z.number().nullish(),
        })
        .nullish(),
    })
    .nullish(),
  syncResult: revisionsSchema.nullish(),
});
export type OperationState = z.infer<typeof operationStateSchema>;

export const applicationSchema = z.object({
  metadata: z.object({
    /** Ends up in paths, so it must be what Kubernetes lets a name be. */
    name: z.string().regex(/^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/),
    namespace: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
    ownerReferences: z.array(z.object({ kind: z.string().nullish(), name: z.string().nullish() })).nullish(),
  }),
  spec: z
    .object({
      project: z.string().nullish(),
      destination: z
        .object({ namespace: z.string().nullish(), name: z.string().nullish(), server: z.string().nullish() })
        .nullish(),
      syncPolicy: z
        .object({
          automated: z.object({ enabled: z.boolean().nullish() }).nullish(),
        })
        .nullish(),
      revisionHistoryLimit: z.number().int().nullish(),
    })
    .nullish(),
  status: z
    .object({
      history: z.array(historySchema).nullish(),
      /** What is compared, and what a sync that names no revision goes to. */
      sync: revisionsSchema.nullish(),
      operationState: operationStateSchema.nullish(),
      summary: z.object({ images: z.array(z.string()).nullish() }).nullish(),
      resources: z.array(z.object({ kind: z.string().nullish(), name: z.string().nullish() })).nullish(),
    })
    .nullish(),
});
export type Application = z.infer<typeof applicationSchema>;

/** The items are read one by one, so that one odd application does not hide the others. */
export const applicationListSchema = z.object({ items: z.array(z.unknown()).nullable() });

export const revisionMetadataSchema = z.object({
  author: z.string().nullish(),
  message: z.string().nullish(),
  tags: z.array(z.string()).nullish(),
});
export type RevisionMetadata = z.infer<typeof revisionMetadataSchema>;

/** Each manifest is JSON inside a JSON string. */
export const manifestsSchema = z.object({ manifests: z.array(z.string()).nullish() });

export const versionSchema = z.object({ Version: z.string().nullish() });
export const userInfoSchema = z.object({ loggedIn: z.boolean().nullish() });
