import {
  type CallContextV1,
  ConnectorError,
  type ConnectorHealthV1,
  type ConnectorV1,
  type LabelMapping,
} from '@midwatch/core';
import type { HttpConnectorOptions } from '@midwatch/core/http';
import { type AwsApi, createAwsApi, regionalUrl } from './aws-api.js';
import { AwsError } from './aws-error.js';
import { logGroupsSchema, metricsListSchema } from './cloudwatch-schema.js';
import { toInsightsLink, toMetricsLink } from './console-link.js';
import type { CloudWatchMetric } from './custom-metric.js';
import { isFieldName } from './insights-query.js';
import { defaultServiceFields } from './line-filter.js';
import { createLogGroupFinder, type LogGroupOptions } from './log-groups.js';
import { createLogsSource, type LogsApi } from './logs-source.js';
import { type CloudWatchMetricFamily, metricFamilyNames } from './metric-families.js';
import { createMetricsSource } from './metrics-source.js';
import type { CredentialsOption } from './signed-fetch.js';

type CommonOptions = Pick<HttpConnectorOptions, 'id' | 'covers' | 'webUrl' | 'headers' | 'fetch'>;

export interface CloudWatchConnectorOptions extends CommonOptions, LogGroupOptions {
  /** Such as `eu-west-1`. */
  readonly region: string;
  /** Keys, or a function that is asked for them on every request: nothing is looked for in files or in the environment. */
  readonly credentials: CredentialsOption;
  /** Where AWS is reached, when not at its public address: one for both services, or one for each (VPC endpoints). */
  readonly baseUrl?: string | { readonly logs: string; readonly monitoring: string } | undefined;
  /** Fields of JSON lines that name their service, in groups that services share. */
  readonly serviceFields?: readonly string[] | undefined;
  /** @default 'auto': Insights, and FilterLogEvents when no place is left in Insights */
  readonly logsApi?: LogsApi | undefined;
  /** @default all of them */
  readonly metricFamilies?: readonly CloudWatchMetricFamily[] | undefined;
  /** Metrics of one's own; they are asked for before the families. */
  readonly metrics?: readonly CloudWatchMetric[] | undefined;
}

/** Reads logs and metrics of one account and region from Amazon CloudWatch. `webUrl` is the console's address. */
export function createCloudWatchConnector(options: CloudWatchConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'cloudwatch';
  checkOptions(options, id);
  const { baseUrl, covers, credentials, fetch, headers, region, webUrl } = options;
  const urlOf = (service: 'logs' | 'monitoring') =>
    typeof baseUrl === 'string' ? baseUrl : (baseUrl?.[service] ?? regionalUrl(service, region));
  const common = { connectorId: id, region, credentials, headers, fetch };
  const logs = createAwsApi('logs', { ...common, baseUrl: urlOf('logs') });
  const monitoring = createAwsApi('monitoring', { ...common, baseUrl: urlOf('monitoring') });
  return {
    specVersion: 'v1',
    id,
    sources: {
      logs: createLogsSource({
        connectorId: id,
        api: logs,
        fetch,
        finder: createLogGroupFinder(logs, options),
        logsApi: options.logsApi ?? 'auto',
        serviceFields: options.serviceFields,
        covers,
        linkTo:
          webUrl === undefined
            ? undefined
            : (text, groups, window) => toInsightsLink(webUrl, region, { text, groups, window }),
      }),
      metrics: createMetricsSource({
        connectorId: id,
        api: monitoring,
        families: options.metricFamilies ?? metricFamilyNames,
        metrics: options.metrics ?? [],
        linkTo:
          webUrl === undefined
            ? undefined
            : (metrics, window, periodSeconds) =>
                toMetricsLink(webUrl, region, { metrics, window, periodSeconds }),
      }),
    },
    ...(covers === undefined ? {} : { covers }),
    checkHealth: (call) => checkHealth(logs, monitoring, options, call),
  };
}

function checkOptions(options: CloudWatchConnectorOptions, connectorId: string): void {
  const { metricFamilies, region, serviceFields, webUrl } = options;
  const refuse = (message: string) => {
    throw new ConnectorError({ code: 'config', connectorId, message });
  };
  if (!/^[a-z]{2,5}(-[a-z]+)+-\d{1,2}$/.test(region)) refuse('`region` is not the code of a region');
  if (webUrl !== undefined && !(URL.canParse(webUrl) && /^https?:$/.test(new URL(webUrl).protocol))) {
    refuse('`webUrl` must be an absolute http or https URL');
  }
  if (serviceFields?.every(isFieldName) === false) refuse('`serviceFields` holds what is no field name');
  const unknown = metricFamilies?.find((name) => !metricFamilyNames.includes(name));
  if (unknown !== undefined) refuse('`metricFamilies` holds what is no family');
}

/** The two look-ups need what reading needs of the address, the keys and the clock; the right to query is seen by a query. */
async function checkHealth(
  logs: AwsApi<'logs'>,
  monitoring: AwsApi<'monitoring'>,
  options: CloudWatchConnectorOptions,
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  const prefix = { logGroupNamePrefix: '/aws/containerinsights/', limit: 50 };
  const [groups, metrics] = await Promise.allSettled([
    logs.ask('DescribeLogGroups', prefix, logGroupsSchema, call),
    monitoring.ask('ListMetrics', { Namespace: 'AWS/Logs' }, metricsListSchema, call),
  ]);
  const latencyMs = Date.now() - startedMs;
  const failures = [groups, metrics].flatMap((one) =>
    one.status === 'rejected' ? [one.reason as unknown] : [],
  );
  for (const failure of failures) {
    if (!ConnectorError.is(failure) || failure.code === 'aborted') throw failure;
  }
  const details = (failures as ConnectorError[]).map(healthDetail);
  if (details.length === 2)
    return { state: 'unhealthy', latencyMs, detail: [...new Set(details)].join('; ') };
  const hasKubernetes =
    groups.status === 'fulfilled' &&
    groups.value.logGroups.some(({ logGroupName }) => logGroupName.endsWith('/application'));
  const labels = toLabels(options, hasKubernetes);
  if (details.length === 0) return { state: 'healthy', latencyMs, labels };
  const readable = groups.status === 'fulfilled' ? 'logs' : 'metrics';
  return { state: 'degraded', latencyMs, detail: `only ${readable} can be read: ${details[0]}`, labels };
}

function healthDetail(error: ConnectorError): string {
  if (error instanceof AwsError && error.awsName.startsWith('AccessDenied')) {
    return `${error.message}: its policy lacks the permission`;
  }
  if (error.code === 'unreachable') return `${error.message}: check \`region\` and \`baseUrl\``;
  return error.message;
}

function toLabels(options: CloudWatchConnectorOptions, hasKubernetes: boolean): readonly LabelMapping[] {
  const given = options.logGroups ?? [];
  const fields = options.serviceFields ?? (hasKubernetes ? defaultServiceFields : []);
  const chosenBy = options.serviceFields === undefined ? 'convention' : 'option';
  return [
    ...given.map(
      (label): LabelMapping => ({ field: 'service', label: `log group ${label}`, chosenBy: 'option' }),
    ),
    ...(options.logGroups === undefined
      ? [{ field: 'service', label: 'log group name', chosenBy: 'convention' } as const]
      : []),
    ...fields.map((label): LabelMapping => ({ field: 'service', label, chosenBy })),
    ...(hasKubernetes
      ? [
          { field: 'namespace', label: 'kubernetes.namespace_name', chosenBy: 'discovered' } as const,
          { field: 'pod', label: 'kubernetes.pod_name', chosenBy: 'discovered' } as const,
          {
            field: 'cluster',
            label: 'log group /aws/containerinsights/CLUSTER/application',
            chosenBy: 'discovered',
          } as const,
        ]
      : []),
  ];
}
