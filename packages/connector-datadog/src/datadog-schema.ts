import * as z from 'zod';

const metaSchema = z
  .object({
    /** `timeout`: what was found until then, with HTTP 200. */
    status: z.string().nullish(),
    page: z.object({ after: z.string().nullish() }).nullish(),
    warnings: z.array(z.unknown()).nullish(),
  })
  .nullish();

/** Logs, spans and events answer alike; each item is read by itself, so that one odd item does not hide the others. */
export const pageSchema = z.object({ data: z.array(z.unknown()).nullish(), meta: metaSchema });
export type PageAnswer = z.infer<typeof pageSchema>;

const tagsSchema = z.array(z.string()).nullish();

/** https://docs.datadoghq.com/api/latest/logs/#search-logs-post */
export const logSchema = z.object({
  id: z.string().min(1),
  attributes: z.object({
    timestamp: z.string(),
    message: z.string().nullish(),
    status: z.string().nullish(),
    service: z.string().nullish(),
    host: z.string().nullish(),
    tags: tagsSchema,
    attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
});
export type LogItem = z.infer<typeof logSchema>;

const identifierSchema = z.union([z.string(), z.number()]);

/** https://docs.datadoghq.com/api/latest/spans/#search-spans */
export const spanSchema = z.object({
  attributes: z.object({
    trace_id: identifierSchema,
    span_id: identifierSchema,
    parent_id: identifierSchema.nullish(),
    start_timestamp: z.string(),
    end_timestamp: z.string().nullish(),
    service: z.string().nullish(),
    operation_name: z.string().nullish(),
    resource_name: z.string().nullish(),
    type: z.string().nullish(),
    status: z.string().nullish(),
    env: z.string().nullish(),
    host: z.string().nullish(),
    tags: tagsSchema,
    custom: z.record(z.string(), z.unknown()).nullish(),
    attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
});
export type SpanItem = z.infer<typeof spanSchema>;

/** https://docs.datadoghq.com/api/latest/events/#search-events */
export const eventSchema = z.object({
  id: z.string().min(1),
  attributes: z.object({
    timestamp: z.string(),
    message: z.string().nullish(),
    tags: tagsSchema,
    attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
});

const unitSchema = z.object({
  family: z.string().nullish(),
  name: z.string().nullish(),
  scale_factor: z.number().nullish(),
});
export type DatadogUnit = z.infer<typeof unitSchema>;

/** https://docs.datadoghq.com/api/latest/metrics/#query-timeseries-data-across-multiple-products */
export const timeseriesSchema = z.object({
  data: z.object({
    attributes: z.object({
      series: z
        .array(
          z.object({
            group_tags: tagsSchema,
            query_index: z.number().nullish(),
            unit: z.array(unitSchema.nullish()).nullish(),
          }),
        )
        .nullish(),
      times: z.array(z.number()).nullish(),
      values: z.array(z.array(z.number().nullish())).nullish(),
    }),
  }),
});
export type TimeseriesAnswer = z.infer<typeof timeseriesSchema>['data']['attributes'];

/** https://docs.datadoghq.com/api/latest/metrics/#get-a-list-of-metrics */
export const metricNamesSchema = z.object({
  data: z.array(z.object({ id: z.string() })).nullish(),
  meta: z.object({ pagination: z.object({ next_cursor: z.string().nullish() }).nullish() }).nullish(),
});

/** https://docs.datadoghq.com/api/latest/logs/#aggregate-events */
export const countSchema = z.object({
  data: z.object({
    buckets: z.array(z.object({ computes: z.record(z.string(), z.unknown()).nullish() })).nullish(),
  }),
});

/** https://docs.datadoghq.com/api/latest/authentication/#validate-api-key */
export const validSchema = z.object({ valid: z.boolean() });
