import * as z from 'zod';

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html */
export const startedQuerySchema = z.object({ queryId: z.string().min(1) });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetQueryResults.html */
export const queryResultsSchema = z.object({
  /** Scheduled, Running, Complete, Failed, Cancelled, Timeout, Unknown. */
  status: z.string(),
  /** A field that a line lacks is absent from its row; `@ptr` is always there. */
  results: z.array(z.array(z.object({ field: z.string(), value: z.string().nullish() }))).nullish(),
  statistics: z
    .object({ recordsMatched: z.number().nullish(), bytesScanned: z.number().nullish() })
    .nullish(),
});
export type QueryResults = z.infer<typeof queryResultsSchema>;

export const stoppedQuerySchema = z.object({ success: z.boolean().nullish() });

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html */
export const filteredEventsSchema = z
  .object({ events: z.array(z.unknown()).nullish(), nextToken: z.string().nullish() })
  // Neither is an answer to another question, not one without events.
  .refine(({ events, nextToken }) => Array.isArray(events) || typeof nextToken === 'string');

export const eventSchema = z.object({
  timestamp: z.number(),
  message: z.string(),
  logStreamName: z.string().nullish(),
  eventId: z.string().nullish(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogGroups.html */
export const logGroupsSchema = z.object({
  logGroups: z.array(z.object({ logGroupName: z.string() })),
  nextToken: z.string().nullish(),
});

const dimensionSchema = z.object({ Name: z.string(), Value: z.string() });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_ListMetrics.html */
export const metricsListSchema = z.object({
  Metrics: z.array(
    z.object({
      Namespace: z.string(),
      MetricName: z.string(),
      Dimensions: z.array(dimensionSchema).nullish(),
    }),
  ),
  NextToken: z.string().nullish(),
});

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
export const metricDataSchema = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: z.string(),
      Label: z.string().nullish(),
      /** Epoch seconds. */
      Timestamps: z.array(z.union([z.number(), z.string()])).nullish(),
      Values: z.array(z.number()).nullish(),
      StatusCode: z.string().nullish(),
    }),
  ),
  NextToken: z.string().nullish(),
  Messages: z.array(z.object({ Code: z.string().nullish() })).nullish(),
});
export type MetricData = z.infer<typeof metricDataSchema>;
