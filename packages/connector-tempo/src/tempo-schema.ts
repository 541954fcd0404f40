import * as z from 'zod';

/**
 * Entries are checked one by one by `traceSummarySchema`, so that one odd entry costs itself and not the answer.
 * https://grafana.com/docs/tempo/latest/api_docs/#search
 */
export const searchSchema = z
  .object({
    traces: z.array(z.unknown()).nullish(),
    metrics: z.object({ completedJobs: z.number().nullish(), totalJobs: z.number().nullish() }).nullish(),
    status: z.string().nullish(),
  })
  // Zero fields may be left out, but an answer to a search has one of these.
  .refine(({ traces, metrics }) => Array.isArray(traces) || metrics != null);
export type SearchAnswer = z.infer<typeof searchSchema>;

/** `spanSet` and `spanSets` hold the same few matched spans and are not read: whole traces come by their ids. */
export const traceSummarySchema = z.object({
  traceID: z.string(),
  rootServiceName: z.string().nullish(),
  rootTraceName: z.string().nullish(),
  startTimeUnixNano: z.string(),
  /** Left out when 0. */
  durationMs: z.number().nullish(),
});

/** A trace that is not stored is an empty `trace`, or none. https://grafana.com/docs/tempo/latest/api_docs/#query-v2 */
export const traceV2Schema = z
  .object({
    trace: z.object({ resourceSpans: z.array(z.unknown()).nullish() }).nullish(),
    metrics: z.unknown().optional(),
    /** `PARTIAL` where the trace is larger than the server gives out. */
    status: z.string().nullish(),
  })
  .refine(({ trace, metrics }) => trace != null || metrics != null);

/** https://grafana.com/docs/tempo/latest/api_docs/#query */
export const traceV1Schema = z.object({ batches: z.array(z.unknown()) });

/** https://grafana.com/docs/tempo/latest/api_docs/#search-tag-values-v2 */
export const tagValuesSchema = z
  .object({
    tagValues: z.array(z.object({ value: z.string() })).nullish(),
    metrics: z.unknown().optional(),
  })
  .refine(({ tagValues, metrics }) => Array.isArray(tagValues) || metrics != null);

export const buildInfoSchema = z.object({ version: z.string().nullish() });
