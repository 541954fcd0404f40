import * as z from 'zod';
import { hashOf } from '../plan-id.js';

// https://github.com/argoproj/argo-cd/blob/master/assets/swagger.json: any field may be absent, times may be null.

const sourceSchema = z.record(z.string(), z.unknown());
const revisionsSchema = z.object({
  revision: z.string().nullish(),
  revisions: z.array(z.string()).nullish(),
  source: sourceSchema.nullish(),
  sources: z.array(sourceSchema).nullish(),
});
export type Revisions = z.infer<typeof revisionsSchema>;

const historySchema = revisionsSchema.extend({ id: z.number().int().nonnegative() });
export type HistoryEntry = z.infer<typeof historySchema>;

const operationSchema = z.object({
  sync: revisionsSchema.extend({ dryRun: z.boolean().nullish() }).nullish(),
});
export type Operation = z.infer<typeof operationSchema>;

export const applicationSchema = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().nullish(),
    uid: z.string().min(1),
    deletionTimestamp: z.string().nullish(),
  }),
  spec: z.object({
    project: z.string().nullish(),
    source: z.unknown().optional(),
    sources: z.unknown().optional(),
    destination: z.unknown().optional(),
    syncPolicy: z.object({ automated: z.object({ enabled: z.boolean().nullish() }).nullish() }).nullish(),
  }),
  /** Asked for and not begun yet. */
  operation: operationSchema.nullish(),
  status: z
    .object({
      /** Oldest first; only whole syncs that succeeded. */
      history: z.array(historySchema).nullish(),
      operationState: z
        .object({
          phase: z.string().nullish(),
          startedAt: z.string().nullish(),
          operation: operationSchema.nullish(),
        })
        .nullish(),
      resources: z.array(z.object({ kind: z.string().nullish() })).nullish(),
    })
    .nullish(),
});
export type Application = z.infer<typeof applicationSchema>;

/** `automated: { enabled: false }` switches it off as well. */
export function syncsItself({ spec: { syncPolicy } }: Application): boolean {
  return syncPolicy?.automated != null && syncPolicy.automated.enabled !== false;
}

/** One source, or several side by side; with several, `source` is there and empty. */
export function revisionsOf({ revision, revisions }: Revisions): readonly string[] {
  return revisions != null && revisions.length > 0 ? revisions : revision ? [revision] : [];
}

/** What tells one entry from another of the same revision: parameters and images may stand in the source alone. */
export function hashOfSource({ source, sources }: Revisions): Promise<string> {
  return hashOf(sources != null && sources.length > 0 ? sources : (source ?? null));
}

/** The sync that an operation asks for, unless it is a dry run. */
export function realSyncOf(operation: Operation | null | undefined): Revisions | undefined {
  const sync = operation?.sync;
  return sync == null || sync.dryRun === true ? undefined : sync;
}
