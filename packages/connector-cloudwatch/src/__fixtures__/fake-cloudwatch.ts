/** One stored event. */
export interface StoredEvent {
  readonly timestampMs: number;
  readonly message: string;
  readonly group: string;
  readonly stream?: string;
}

/** One stored series; points by epoch milliseconds, for every statistic or for some. */
export interface StoredSeries {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly points: readonly (readonly [number, number])[];
  readonly statistics?: readonly string[];
}

export interface FakeCloudWatchOptions {
  readonly events?: readonly StoredEvent[];
  /** Groups beside those of the events. */
  readonly groups?: readonly string[];
  readonly series?: readonly StoredSeries[];
  /** The most groups, events, metrics or results of one answer. @default all */
  readonly pageSize?: number | undefined;
  /** Answers before it is looked up. */
  readonly instead?: (operation: string, body: Body) => Response | undefined;
}

export type Body = Readonly<Record<string, unknown>>;

export function operationOf(request: Request): string {
  return request.headers.get('x-amz-target')?.split('.')[1] ?? '';
}

/** An error as the JSON protocol writes it. */
export function awsError(name: string, status = 400, extra: object = {}): Response {
  const body = { __type: `com.amazonaws.logs#${name}`, message: 'text of the vendor', ...extra };
  return Response.json(body, { status, headers: { 'x-amzn-requestid': 'r-1' } });
}

/**
 * CloudWatch in the shapes that its models and documentation give. Insights keeps to groups, window, order and limit and does
 * not filter; FilterLogEvents begins with the oldest unless asked not to; GetMetricData is newest first unless asked not to.
 */
export function createFakeCloudWatch(options: FakeCloudWatchOptions): (request: Request) => Promise<Response> {
  const { events = [], pageSize = Number.MAX_SAFE_INTEGER, series = [] } = options;
  const queries = new Map<string, Body>();
  const groups = [...new Set([...events.map(({ group }) => group), ...(options.groups ?? [])])].sort();

  function describeLogGroups({ logGroupNamePattern, logGroupNamePrefix, nextToken }: Body): unknown {
    const isAsked = (name: string) =>
      typeof logGroupNamePattern === 'string'
        ? name.includes(logGroupNamePattern)
        : typeof logGroupNamePrefix !== 'string' || name.startsWith(logGroupNamePrefix);
    const { items, next } = pageOf(groups.filter(isAsked), nextToken, pageSize);
    const logGroups = items.map((logGroupName) => ({ logGroupName, storedBytes: 1 }));
    return { logGroups, ...(next === undefined ? {} : { nextToken: next }) };
  }

  function results(query: Body): unknown {
    const text = String(query['queryString']);
    const [, fromMs, toMs] = /toMillis\(@timestamp\) >= (\d+) and toMillis\(@timestamp\) < (\d+)/.exec(text) ?? [];
    const names = query['logGroupNames'] as readonly string[];
    const startMs = Math.max(Number(query['startTime']) * 1000, Number(fromMs ?? 0));
    const endMs = Math.min(Number(query['endTime']) * 1000 + 999, Number(toMs ?? Number.MAX_VALUE) - 1);
    const found = events
      .filter(({ group, timestampMs }) => names.includes(group) && timestampMs >= startMs && timestampMs <= endMs)
      .toSorted((a, b) => a.timestampMs - b.timestampMs);
    if (text.includes('@timestamp desc')) found.reverse();
    const rows = found.slice(0, Number(/limit (\d+)/.exec(text)?.[1] ?? 10_000));
    return {
      queryLanguage: 'CWLI',
      status: 'Complete',
      results: rows.map(toRow),
      statistics: { bytesScanned: 81_349_723, recordsMatched: found.length, recordsScanned: events.length },
    };
  }

  function filterEvents({ endTime, limit, logGroupName, nextToken, startFromHead, startTime }: Body): unknown {
    const found = events
      .filter(({ group }) => group === logGroupName)
      .filter(({ timestampMs }) => timestampMs >= Number(startTime) && timestampMs <= Number(endTime))
      .toSorted((a, b) => a.timestampMs - b.timestampMs);
    if (startFromHead === false) found.reverse();
    const { from, items, next } = pageOf(found, nextToken, Math.min(pageSize, Number(limit ?? 10_000)));
    return {
      events: items.map(({ message, stream = 's', timestampMs }, index) => ({
        ...{ logStreamName: stream, timestamp: timestampMs, message },
        ...{ ingestionTime: timestampMs + 400, eventId: `${from + index}` },
      })),
      searchedLogStreams: [],
      ...(next === undefined ? {} : { nextToken: next }),
    };
  }

  function metricData(body: Body): unknown {
    const asked = body['MetricDataQueries'] as readonly {
      readonly Id: string;
      readonly MetricStat?: {
        readonly Metric: { Namespace: string; MetricName: string; Dimensions: { Name: string; Value: string }[] };
        readonly Stat: string;
      };
    }[];
    const isAscending = body['ScanBy'] === 'TimestampAscending';
    const { items, next } = pageOf(asked, body['NextToken'], pageSize);
    return {
      ...(next === undefined ? {} : { NextToken: next }),
      MetricDataResults: items.map(({ Id, MetricStat }) => {
        const wanted = MetricStat?.Metric;
        const key = JSON.stringify(wanted?.Dimensions.map(({ Name, Value }) => [Name, Value]).sort());
        const stored = series.find(
          ({ dimensions, name, namespace, statistics }) =>
            namespace === wanted?.Namespace &&
            name === wanted.MetricName &&
            JSON.stringify(Object.entries(dimensions).sort()) === key &&
            (statistics === undefined || statistics.includes(MetricStat?.Stat ?? '')),
        );
        const points = (stored?.points ?? []).filter(
          ([atMs]) => atMs >= Number(body['StartTime']) * 1000 && atMs < Number(body['EndTime']) * 1000,
        );
        const ordered = isAscending ? points : points.toReversed();
        return {
          Id,
          Label: wanted?.MetricName,
          Timestamps: ordered.map(([atMs]) => atMs / 1000),
          Values: ordered.map(([, value]) => value),
          StatusCode: 'Complete',
        };
      }),
      Messages: [],
    };
  }

  function listMetrics({ Dimensions, MetricName, Namespace, NextToken }: Body): unknown {
    const asked = (Dimensions ?? []) as readonly { readonly Name: string; readonly Value?: string }[];
    const found = series.filter(
      ({ dimensions, name, namespace }) =>
        namespace === Namespace &&
        (MetricName === undefined || name === MetricName) &&
        asked.every(({ Name, Value }) =>
          Value === undefined ? Object.hasOwn(dimensions, Name) : dimensions[Name] === Value,
        ),
    );
    const { items, next } = pageOf(found, NextToken, pageSize);
    return {
      ...(next === undefined ? {} : { NextToken: next }),
      Metrics: items.map(({ dimensions, name, namespace }) => ({
        Namespace: namespace,
        MetricName: name,
        Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      })),
    };
  }

  return async (request) => {
    const operation = operationOf(request);
    const body = (await request.json()) as Body;
    const other = options.instead?.(operation, body);
    if (other !== undefined) return other;
    switch (operation) {
      case 'DescribeLogGroups':
        return Response.json(describeLogGroups(body));
      case 'StartQuery': {
        const queryId = `query-${queries.size + 1}`;
        queries.set(queryId, body);
        return Response.json({ queryId });
      }
      case 'GetQueryResults':
        return Response.json(results(queries.get(String(body['queryId'])) ?? {}));
      case 'StopQuery':
        return Response.json({ success: true });
      case 'FilterLogEvents':
        return Response.json(filterEvents(body));
      case 'ListMetrics':
        return Response.json(listMetrics(body));
      case 'GetMetricData':
        return Response.json(metricData(body));
      default:
        return awsError('UnknownOperationException');
    }
  };
}

/** The token is how many items came before. */
function pageOf<T>(items: readonly T[], token: unknown, size: number) {
  const from = Number(token ?? 0);
  const to = from + size;
  return { from, items: items.slice(from, to), next: to < items.length ? String(to) : undefined };
}

/** A row of Insights: `@ptr` always, other fields only where the line has them. */
export function toRow({ group, message, stream = 's', timestampMs }: StoredEvent): readonly unknown[] {
  return [
    { field: '@timestamp', value: new Date(timestampMs).toISOString().replace('T', ' ').replace('Z', '') },
    { field: '@message', value: message },
    { field: '@logStream', value: stream },
    { field: '@log', value: `123456789012:${group}` },
    { field: '@ptr', value: `CmEK${timestampMs}` },
  ];
}
