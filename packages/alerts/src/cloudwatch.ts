import type { Target } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import { type AlertBatch, batchOf } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { cutText, parseTime, withoutUndefined } from './alert-fields.js';
import { toTarget } from './label-target.js';
import { parseJson } from './parse-json.js';

const MAX_METRICS = 50;

const stateSchema = z.enum(['ALARM', 'OK', 'INSUFFICIENT_DATA']);
/** Dimensions have lower-case keys here, unlike in the API. */
const dimensionsSchema = z
  .array(z.object({ name: z.string(), value: z.string() }))
  .nullish()
  .catch(undefined);
const metricSchema = z.object({ MetricName: z.string().nullish(), Dimensions: dimensionsSchema });

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html */
const alarmSchema = z.object({
  AlarmName: z.string().min(1),
  AlarmArn: z.string().nullish(),
  AlarmDescription: z.string().nullish(),
  NewStateValue: stateSchema,
  OldStateValue: stateSchema.nullish(),
  NewStateReason: z.string().nullish(),
  StateChangeTime: z.string(),
  // Composite alarms have none, metric math has a list of metrics in it.
  Trigger: metricSchema
    .extend({
      Metrics: z
        .array(z.object({ MetricStat: z.object({ Metric: metricSchema }).nullish() }))
        .nullish()
        .catch(undefined),
    })
    .nullish()
    .catch(undefined),
});
type Alarm = z.infer<typeof alarmSchema>;

const expected = 'the JSON of a CloudWatch alarm, as its action sends it to SNS';

/** Names of dimensions that say which service it is, beside the label names in common use. */
const serviceDimensions = ['ServiceName', 'Service', 'FunctionName', 'PodName', 'QueueName', 'ApiName'];

/**
 * Reads the message that a CloudWatch alarm sends through SNS: the text of `Message`, once the envelope was verified by
 * `createSnsReader`. `INSUFFICIENT_DATA`, and an `OK` that does not follow an alarm, give no alert and no problem.
 *
 * A notification tells when the state changed: for `OK` this is the end, and the start is that of the alarm before.
 *
 * @throws AlertError when the text is not JSON or is no alarm.
 */
export function parseCloudWatchAlarm(message: string): AlertBatch {
  const parsed = alarmSchema.safeParse(parseJson(message, expected));
  const atMs = parseTime(parsed.data?.StateChangeTime);
  if (!parsed.success || atMs === undefined) {
    throw new AlertError(
      'wrong-shape',
      `no \`AlarmName\`, \`NewStateValue\` and \`StateChangeTime\`: expected ${expected}`,
    );
  }
  const { NewStateValue: state, OldStateValue: before } = parsed.data;
  if (state === 'ALARM') return batchOf(toAlert(parsed.data, { status: 'firing', startsAtMs: atMs }));
  if (state !== 'OK' || (before ?? 'ALARM') !== 'ALARM') return batchOf(undefined);
  return batchOf(
    toAlert(parsed.data, { status: 'resolved', startsAtMs: atMs, endsAtMs: atMs, isStartUnknown: true }),
  );
}

type State = Pick<Alert, 'status' | 'startsAtMs' | 'endsAtMs' | 'isStartUnknown'>;

function toAlert(alarm: Alarm, state: State): Alert {
  const [, , , region, account] = (alarm.AlarmArn ?? '').split(':');
  const labels = {
    ...dimensionsOf(alarm),
    ...(withoutUndefined({
      region: cutText(region),
      account: cutText(account),
      metric: cutText(alarm.Trigger?.MetricName),
    }) as Record<string, string>),
  };
  return {
    source: 'cloudwatch',
    fingerprint: alarm.AlarmArn ?? alarm.AlarmName,
    name: alarm.AlarmName,
    target: targetOf(labels),
    labels,
    annotations: {},
    ...state,
    ...withoutUndefined({
      summary: cutText(alarm.AlarmDescription) ?? cutText(alarm.NewStateReason),
      description: cutText(alarm.NewStateReason),
      generatorUrl: pageOf(alarm.AlarmName, region),
    }),
  };
}

/** Of the alarm's metric, or of all metrics of an expression: a dimension on which they differ says nothing. */
function dimensionsOf({ Trigger: trigger }: Alarm): Record<string, string> {
  const metrics = [
    trigger,
    ...(trigger?.Metrics ?? []).slice(0, MAX_METRICS).map((metric) => metric.MetricStat?.Metric),
  ];
  const values = new Map<string, Set<string>>();
  for (const { name, value } of metrics.flatMap((metric) => metric?.Dimensions ?? [])) {
    values.set(name, (values.get(name) ?? new Set()).add(value));
  }
  const single = [...values].filter(([, found]) => found.size === 1);
  return Object.fromEntries(single.map(([name, [value = '']]) => [name, value]));
}

function targetOf(labels: Readonly<Record<string, string>>): Target {
  const [service] = serviceDimensions.flatMap((name) => (Object.hasOwn(labels, name) ? [labels[name]] : []));
  return {
    ...toTarget(labels),
    ...withoutUndefined({
      service,
      namespace: labels['Namespace'],
      cluster: labels['ClusterName'],
      pod: labels['PodName'],
      environment: labels['Environment'],
    }),
  };
}

/** The console of China and of the US government has other hosts. */
function pageOf(name: string, region: string | undefined): string | undefined {
  if (region === undefined || !/^[a-z]{2}-[a-z]+-\d$/.test(region) || region.startsWith('cn-'))
    return undefined;
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#alarmsV2:alarm/${encodeURIComponent(name)}`;
}
