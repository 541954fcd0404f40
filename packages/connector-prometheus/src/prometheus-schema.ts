import * as z from 'zod';

const labelsSchema = z.record(z.string(), z.string());

/** What surrounds every answer; VictoriaMetrics gives `errorType` as a status, vmalert as a number, and adds `isPartial`. */
const envelope = {
  status: z.string().nullish(),
  error: z.string().nullish(),
  warnings: z.array(z.string()).nullish(),
  infos: z.array(z.string()).nullish(),
  isPartial: z.boolean().nullish(),
};

/**
 * Range query. A series of native histograms has `histograms`, beside `values` or instead of them.
 * https://prometheus.io/docs/prometheus/latest/querying/api/#range-queries
 */
export const matrixSchema = z.object({
  ...envelope,
  data: z
    .object({
      resultType: z.literal('matrix'),
      result: z
        .array(
          z.object({
            metric: labelsSchema,
            values: z.array(z.tuple([z.number(), z.string()])).nullish(),
            histograms: z.array(z.unknown()).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type MatrixAnswer = z.infer<typeof matrixSchema>;

/** Instant query, as far as a check of health needs it. https://prometheus.io/docs/prometheus/latest/querying/api/#instant-queries */
export const instantSchema = z.object({ ...envelope, data: z.object({ resultType: z.string() }).nullish() });

/** https://prometheus.io/docs/prometheus/latest/querying/api/#alerts */
export const alertsSchema = z.object({
  ...envelope,
  data: z
    .object({
      alerts: z
        .array(
          z.object({
            labels: labelsSchema,
            annotations: labelsSchema.nullish(),
            state: z.string(),
            activeAt: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
export type AlertsAnswer = z.infer<typeof alertsSchema>;

/** https://prometheus.io/docs/prometheus/latest/querying/api/#build-information */
export const buildInfoSchema = z.object({ data: z.object({ version: z.string().nullish() }).nullish() });

/** https://prometheus.io/docs/prometheus/latest/querying/api/#getting-label-names */
export const labelNamesSchema = z.object({ ...envelope, data: z.array(z.string()).nullish() });
