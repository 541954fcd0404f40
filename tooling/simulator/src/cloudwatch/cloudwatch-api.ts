import type { World } from '../engine/world.js';
import { jsonResponse } from '../http/response.js';
import type { LogRecord } from '../logs/log-record.js';
import type { LogStore } from '../logs/log-store.js';
import { MINUTE_MS } from '../traces/request-store.js';
import { type CloudWatchMetric, cloudWatchMetrics } from './cloudwatch-metrics.js';
import { InsightsSyntaxError, parseInsights } from './insights-query.js';

export interface CloudWatchParts {
  readonly world: World;
  readonly logs: LogStore;
  /** The simulated Prometheus: CloudWatch's statistics are computed by its language. */
  readonly prometheus: (request: Request) => Promise<Response>;
}

type Body = Readonly<Record<string, unknown>>;

class AwsFault extends Error {}

/** Logs and metrics of the shop as Container Insights and Application Signals keep them, by the JSON protocol of both services. */
export function createCloudWatchApi(parts: CloudWatchParts): (request: Request) => Promise<Response> {
  const { cluster, namespace } = parts.world.run.topology;
  const group = `/aws/containerinsights/${cluster}/application`;
  const metrics = cloudWatchMetrics(parts.world);
  const queries = new Map<string, Body>();

  function eventOf(record: LogRecord) {
    const { atMs, line, pod, service } = record;
    const node = parts.world.pods.find(({ name }) => name === pod)?.node ?? '';
    const kubernetes = {
      ...{ pod_name: pod, namespace_name: namespace, container_name: service, host: node },
      labels: { app: service },
    };
    return {
      timestamp: Math.floor(atMs),
      message: JSON.stringify({ log: `${line}\n`, stream: 'stdout', kubernetes }),
      logStreamName: `${node}-application.var.log.containers.${pod}_${namespace}_${service}.log`,
      kubernetes,
    };
  }

  function* eventsIn(startMs: number, endMs: number) {
    const { firstMinute, lastMinute, ofMinute } = parts.logs;
    const last = Math.min(Math.floor(endMs / MINUTE_MS), lastMinute);
    for (let minute = Math.max(Math.floor(startMs / MINUTE_MS), firstMinute); minute <= last; minute += 1) {
      for (const record of ofMinute(minute)) {
        if (record.atMs >= startMs && record.atMs <= endMs) yield eventOf(record);
      }
    }
  }

  function startQuery(body: Body): unknown {
    requireGroups(body['logGroupNames'], group);
    try {
      parseInsights(String(body['queryString']));
    } catch (error) {
      if (error instanceof InsightsSyntaxError) throw new AwsFault('MalformedQueryException');
      throw error;
    }
    const queryId = `00000000-0000-4000-8000-${String(queries.size + 1).padStart(12, '0')}`;
    queries.set(queryId, body);
    return { queryId };
  }

  function queryResults({ queryId }: Body): unknown {
    const query = queries.get(String(queryId));
    if (query === undefined) throw new AwsFault('ResourceNotFoundException');
    const { isDescending, limit, matches } = parseInsights(String(query['queryString']));
    const found = [];
    let scanned = 0;
    for (const event of eventsIn(Number(query['startTime']) * 1000, Number(query['endTime']) * 1000)) {
      scanned += 1;
      const { kubernetes, logStreamName, message, timestamp } = event;
      const fields = new Map([
        ['@timestamp', String(timestamp)],
        ['@message', message],
        ['@logStream', logStreamName],
        ['@log', `123456789012:${group}`],
        ['kubernetes.pod_name', kubernetes.pod_name],
        ['kubernetes.namespace_name', kubernetes.namespace_name],
        ['kubernetes.container_name', kubernetes.container_name],
        ['kubernetes.labels.app', kubernetes.labels.app],
      ]);
      if (matches(fields)) found.push(fields);
    }
    if (isDescending) found.reverse();
    const results = found.slice(0, limit).map((fields, index) => [
      ...['@timestamp', '@message', '@logStream', '@log'].map((field) => ({
        field,
        value: field === '@timestamp' ? timeText(Number(fields.get(field))) : fields.get(field),
      })),
      { field: '@ptr', value: `ptr-${index}` },
    ]);
    const statistics = { bytesScanned: scanned * 400, recordsMatched: found.length, recordsScanned: scanned };
    return { queryLanguage: 'CWLI', status: 'Complete', results, statistics };
  }

  function listMetrics({ Dimensions, MetricName, Namespace }: Body): unknown {
    const asked = (Dimensions ?? []) as readonly { readonly Name: string; readonly Value?: string }[];
    const found = metrics.filter(
      ({ dimensions, name, namespace: space }) =>
        space === Namespace &&
        (MetricName === undefined || MetricName === name) &&
        asked.every(({ Name, Value }) =>
          Value === undefined ? Object.hasOwn(dimensions, Name) : dimensions[Name] === Value,
        ),
    );
    return {
      Metrics: found.map(({ dimensions, name, namespace: space }) => ({
        Namespace: space,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
    };
  }

  async function metricData(body: Body): Promise<unknown> {
    const asked = body['MetricDataQueries'] as readonly {
      readonly Id: string;
      readonly MetricStat: MetricStat;
    }[];
    const isAscending = body['ScanBy'] === 'TimestampAscending';
    const range = { startS: Number(body['StartTime']), endS: Number(body['EndTime']) };
    const results = [];
    for (const { Id, MetricStat } of asked) {
      const points = await pointsOf(parts, metrics, MetricStat, range);
      const ordered = isAscending ? points : points.toReversed();
      results.push({
        ...{ Id, Label: MetricStat.Metric.MetricName, StatusCode: 'Complete' },
        Timestamps: ordered.map(([atS]) => atS),
        Values: ordered.map(([, value]) => value),
      });
    }
    return { MetricDataResults: results, Messages: [] };
  }

  const operations: Readonly<Record<string, (body: Body) => unknown>> = {
    'Logs_20140328.DescribeLogGroups': ({ logGroupNamePattern, logGroupNamePrefix }) => {
      const isAsked =
        typeof logGroupNamePattern === 'string'
          ? group.includes(logGroupNamePattern)
          : typeof logGroupNamePrefix !== 'string' || group.startsWith(logGroupNamePrefix);
      return { logGroups: isAsked ? [{ logGroupName: group, storedBytes: 0 }] : [] };
    },
    'Logs_20140328.StartQuery': startQuery,
    'Logs_20140328.GetQueryResults': queryResults,
    'Logs_20140328.StopQuery': () => ({ success: true }),
    'GraniteServiceVersion20100801.ListMetrics': listMetrics,
    'GraniteServiceVersion20100801.GetMetricData': metricData,
  };

  return async (request) => {
    const target = request.headers.get('x-amz-target') ?? '';
    try {
      if (!/^AWS4-HMAC-SHA256 Credential=\S+/.test(request.headers.get('authorization') ?? '')) {
        throw new AwsFault('MissingAuthenticationTokenException');
      }
      const operation = Object.hasOwn(operations, target) ? operations[target] : undefined;
      if (operation === undefined) throw new AwsFault('UnknownOperationException');
      return jsonResponse(200, await operation((await request.json()) as Body), 'application/x-amz-json-1.1');
    } catch (error) {
      if (!(error instanceof AwsFault)) throw error;
      return jsonResponse(400, { __type: error.message, message: '' }, 'application/x-amz-json-1.1');
    }
  };
}

function requireGroups(names: unknown, group: string): void {
  if (!Array.isArray(names) || names.some((name) => name !== group)) {
    throw new AwsFault('ResourceNotFoundException');
  }
}

function timeText(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}

interface MetricStat {
  readonly Metric: {
    readonly Namespace: string;
    readonly MetricName: string;
    readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
  };
  readonly Period: number;
  readonly Stat: string;
}

/** The period that begins at a time is what Prometheus sees at its end. */
async function pointsOf(
  { prometheus }: CloudWatchParts,
  metrics: readonly CloudWatchMetric[],
  { Metric, Period, Stat }: MetricStat,
  { endS, startS }: { readonly startS: number; readonly endS: number },
): Promise<readonly (readonly [number, number])[]> {
  const metric = metrics.find(
    ({ dimensions, name, namespace }) =>
      namespace === Metric.Namespace &&
      name === Metric.MetricName &&
      Object.keys(dimensions).length === Metric.Dimensions.length &&
      Metric.Dimensions.every(({ Name, Value }) => dimensions[Name] === Value),
  );
  const text = metric?.statistics[Stat];
  if (text === undefined || endS <= startS) return [];
  const parameters = new URLSearchParams({
    query: text.replaceAll('PERIOD', `${Period}s`),
    start: String(startS + Period),
    end: String(endS + Period - 1),
    step: `${Period}s`,
  });
  const response = await prometheus(
    new Request(`http://prometheus/api/v1/query_range?${parameters.toString()}`),
  );
  const body = (await response.json()) as { data?: { result?: { values: [number, string][] }[] } };
  const values = body.data?.result?.[0]?.values ?? [];
  return values
    .map(([atS, value]) => [atS - Period, Number(value)] as const)
    .filter(([, value]) => Number.isFinite(value));
}
