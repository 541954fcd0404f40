import * as z from 'zod';

const labelsSchema = z.record(z.string(), z.string());

/**
 * Log query. Entries are checked one by one by `toLogLines`, so that one odd entry costs itself and not the answer.
 * https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-within-a-range-of-time
 */
export const streamsSchema = z.object({
  data: z.object({
    resultType: z.literal('streams'),
    result: z.array(z.object({ stream: labelsSchema, values: z.array(z.unknown()) })).nullish(),
    stats: z
      .object({
        summary: z
          .object({
            splits: z.number().nullish(),
            shards: z.number().nullish(),
            totalLinesProcessed: z.number().nullish(),
          })
          .nullish(),
        ingester: z.object({ totalReached: z.number().nullish() }).nullish(),
      })
      .nullish(),
  }),
  warnings: z.array(z.string()).nullish(),
});
export type StreamsAnswer = z.infer<typeof streamsSchema>;

/** Instant metric query. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-logs-at-a-single-point-in-time */
export const vectorSchema = z.object({
  data: z.object({
    resultType: z.literal('vector'),
    result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })).nullish(),
  }),
});

/** Empty answers have no `data`. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-streams */
export const seriesSchema = z.object({ data: z.array(labelsSchema).nullish() });

/** Empty answers have no `data`. https://grafana.com/docs/loki/latest/reference/loki-http-api/#query-labels */
export const labelsAnswerSchema = z.object({ data: z.array(z.string()).nullish() });

export const buildInfoSchema = z.object({ version: z.string().nullish() });
