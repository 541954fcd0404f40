import * as z from 'zod';

/** Of `GET /`. OpenSearch says so in `distribution`; Elasticsearch has none, or in Elastic Cloud Serverless no real number. */
export const rootSchema = z.object({
  version: z.object({ number: z.string().nullish(), distribution: z.string().nullish() }),
});

const fieldTypeSchema = z.object({ type: z.string().nullish(), searchable: z.boolean().nullish() });

/** Of `_field_caps`: by field, then by type, since the indices of a pattern may differ. */
export const fieldCapsSchema = z.object({
  indices: z.union([z.array(z.string()), z.string()]).nullish(),
  fields: z.record(z.string(), z.record(z.string(), fieldTypeSchema)),
});
export type FieldCapsAnswer = z.infer<typeof fieldCapsSchema>;

/** Elasticsearch calls it `id`, OpenSearch `pit_id`. */
export const pointInTimeSchema = z
  .object({ id: z.string().min(1).nullish(), pit_id: z.string().min(1).nullish() })
  .transform((answer) => answer.id ?? answer.pit_id)
  .pipe(z.string());

const clusterCountsSchema = z.object({
  skipped: z.number().nullish(),
  partial: z.number().nullish(),
  failed: z.number().nullish(),
});

const hitSchema = z.object({
  _index: z.string(),
  _id: z.string(),
  _source: z.record(z.string(), z.unknown()).nullish(),
  fields: z.record(z.string(), z.unknown()).nullish(),
  sort: z.array(z.unknown()).nullish(),
});
export type Hit = z.infer<typeof hitSchema>;

export const searchSchema = z.object({
  pit_id: z.string().nullish(),
  timed_out: z.boolean(),
  terminated_early: z.boolean().nullish(),
  _shards: z.object({ total: z.number(), successful: z.number(), failed: z.number() }),
  _clusters: clusterCountsSchema.nullish(),
  hits: z.object({
    // Absent without `track_total_hits`; a bare number behind proxies that set `rest_total_hits_as_int`.
    total: z.union([z.number(), z.object({ value: z.number(), relation: z.string().nullish() })]).nullish(),
    hits: z.array(hitSchema),
  }),
  aggregations: z
    .object({ slices: z.object({ buckets: z.record(z.string(), z.object({ doc_count: z.number() })) }) })
    .partial()
    .nullish(),
});
export type SearchAnswer = z.infer<typeof searchSchema>;

/** How many match; `undefined` when the server did not say or stopped counting. */
export function exactTotal({ hits: { total } }: SearchAnswer): number | undefined {
  if (typeof total === 'number') return total;
  return total?.relation === 'gte' ? undefined : total?.value;
}
