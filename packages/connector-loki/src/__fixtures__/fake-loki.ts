/** One stored line. */
export interface StoredLine {
  timeNs: bigint;
  body: string;
  stream: Record<string, string>;
  metadata?: Record<string, string>;
}

export interface FakeLokiOptions {
  /** @default 5,000 */
  maxEntries?: number;
  /** Stands in for LogQL: whether the query wants the line. @default all lines */
  matches?: (query: string, line: StoredLine) => boolean;
}

/** Answers in the shapes recorded from Loki 3.7.6; reads times and limits, not LogQL. Runs in Node and in workerd. */
export function createFakeLoki(lines: readonly StoredLine[], options: FakeLokiOptions = {}) {
  const matches = options.matches ?? (() => true);
  return async (request: Request): Promise<Response> => {
    const url = new URL(request.url);
    const parameters = request.method === 'POST' ? new URLSearchParams(await request.text()) : url.searchParams;
    const query = parameters.get('query') ?? '';
    const startNs = BigInt(parameters.get('start') ?? '0');
    const endNs = BigInt(parameters.get('end') ?? '9999999999999999999');
    const inTime = lines.filter((line) => line.timeNs >= startNs && line.timeNs < endNs);
    if (url.pathname.endsWith('/loki/api/v1/series')) {
      const streams = [...new Set(lines.map((line) => JSON.stringify(line.stream)))].map((text) => JSON.parse(text));
      return Response.json({ status: 'success', data: streams });
    }
    if (url.pathname.endsWith('/loki/api/v1/labels')) {
      const names = [...new Set(inTime.flatMap((line) => Object.keys(line.stream)))].sort();
      return Response.json(names.length === 0 ? { status: 'success' } : { status: 'success', data: names });
    }
    if (url.pathname.endsWith('/loki/api/v1/status/buildinfo')) {
      return Response.json({ version: '3.7.6', revision: '5003600d', branch: 'release-3.7.x' });
    }
    if (url.pathname.endsWith('/loki/api/v1/query')) {
      const timeNs = BigInt(parameters.get('time') ?? '0');
      const [, amount = '0', unit = 's'] = /\[(\d+)(ms|s)\]\)\)$/.exec(query) ?? [];
      const fromNs = timeNs - BigInt(amount) * (unit === 's' ? 1_000_000_000n : 1_000_000n);
      const inner = query.replace(/^sum\(count_over_time\(/, '').replace(/ \[\d+m?s\]\)\)$/, '');
      const count = lines.filter(
        (line) => line.timeNs > fromNs && line.timeNs <= timeNs && matches(inner, line),
      ).length;
      const result = count === 0 ? [] : [{ metric: {}, value: [Number(timeNs / 1_000_000_000n), String(count)] }];
      return Response.json({ status: 'success', data: { resultType: 'vector', result } });
    }
    if (url.pathname.endsWith('/loki/api/v1/query_range')) {
      const limit = Number(parameters.get('limit') ?? 100);
      const maximum = options.maxEntries ?? 5000;
      if (limit > maximum) {
        const text = `max entries limit per query exceeded, limit > max_entries_limit_per_query (${limit} > ${maximum})`;
        return new Response(text, { status: 400, headers: { 'content-type': 'text/plain; charset=utf-8' } });
      }
      const backward = parameters.get('direction') !== 'forward';
      const sorted = inTime
        .filter((line) => matches(query, line))
        .sort((a, b) => (a.timeNs === b.timeNs ? 0 : a.timeNs < b.timeNs === backward ? 1 : -1));
      return Response.json(toAnswer(sorted.slice(0, limit), limit));
    }
    return new Response('404 page not found\n', { status: 404 });
  };
}

function toAnswer(lines: readonly StoredLine[], limit: number): unknown {
  const streams = new Map<string, { stream: Record<string, string>; values: unknown[] }>();
  for (const line of lines) {
    const key = JSON.stringify(line.stream);
    const stream = streams.get(key) ?? { stream: line.stream, values: [] };
    stream.values.push([String(line.timeNs), line.body, { structuredMetadata: line.metadata ?? {} }]);
    streams.set(key, stream);
  }
  const summary = { splits: 1, shards: 1, totalLinesProcessed: lines.length, totalEntriesReturned: limit };
  const data = {
    resultType: 'streams',
    encodingFlags: ['categorize-labels'],
    result: [...streams.values()],
    stats: { summary, ingester: { totalReached: 1 } },
  };
  return { status: 'success', data };
}
