import * as z from 'zod';

/** https://github.com/argoproj/argo-cd/blob/v3.5.1/assets/swagger.json; minimal, and lenient about what a newer server adds. */

const time = z.string().nullish();

const sourceSchema = z.object({
  repoURL: z.string().nullish(),
  path: z.string().nullish(),
  chart: z.string().nullish(),
  targetRevision: z.string().nullish(),
  helm: z.unknown().optional(),
  kustomize: z.unknown().optional(),
});
export type ApplicationSource = z.infer<typeof sourceSchema>;

const initiatorSchema = z
  .object({ automated: z.boolean().nullish(), username: z.string().nullish() })
  .nullish();

const historySchema = z.object({
  id: z.number().nullish(),
  revision: z.string().nullish(),
  revisions: z.array(z.string()).nullish(),
  deployStartedAt: time,
  deployedAt: time,
  initiatedBy: initiatorSchema,
  /** Present with an empty `repoURL` in applications with several sources: ask for `sources` first. */
  source: sourceSchema.nullish(),
  sources: z.array(sourceSchema).nullish(),
});
export type HistoryEntry = z.infer<typeof historySchema>;

const operationStateSchema = z.object({
  phase: z.string().nullish(),
  startedAt: time,
  finishedAt: time,
  operation: z.object({ initiatedBy: initiatorSchema }).nullish(),
  syncResult: z
    .object({ revision: z.string().nullish(), revisions: z.array(z.string()).nullish() })
    .nullish(),
});

export const applicationSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().nullish(),
    labels: z.record(z.string(), z.string()).nullish(),
  }),
  spec: z.object({
    project: z.string().nullish(),
    source: sourceSchema.nullish(),
    sources: z.array(sourceSchema).nullish(),
    destination: z
      .object({ namespace: z.string().nullish(), server: z.string().nullish(), name: z.string().nullish() })
      .nullish(),
    revisionHistoryLimit: z.number().nullish(),
    syncPolicy: z
      .object({
        automated: z.object({ enabled: z.boolean().nullish(), selfHeal: z.boolean().nullish() }).nullish(),
      })
      .nullish(),
  }),
  status: z
    .object({
      history: z.array(historySchema).nullish(),
      operationState: operationStateSchema.nullish(),
      summary: z.object({ images: z.array(z.string()).nullish() }).nullish(),
    })
    .nullish(),
});
export type Application = z.infer<typeof applicationSchema>;

export const applicationListSchema = z.object({ items: z.array(applicationSchema).nullish() });

export const revisionMetadataSchema = z.object({
  author: z.string().nullish(),
  message: z.string().nullish(),
});
export type RevisionMetadata = z.infer<typeof revisionMetadataSchema>;

/** Each manifest is JSON as text. */
export const manifestsSchema = z.object({ manifests: z.array(z.string()).nullish() });

export const versionSchema = z.object({ Version: z.string().nullish() });
