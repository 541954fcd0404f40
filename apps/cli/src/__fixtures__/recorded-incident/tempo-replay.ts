import { bodyOf, readExchange, readExchanges, toResponse } from './exchange.js';

interface Found {
  readonly traceID: string;
  readonly startTimeUnixNano: string;
  readonly durationMs?: number;
  readonly serviceStats?: Readonly<Record<string, { readonly errorCount?: number }>>;
}

/** What the recorded spans say of where they ran. */
const place: Readonly<Record<string, string>> = {
  'service.namespace': 'shop',
  'deployment.environment': 'prod',
};

/**
 * A Tempo that holds the traces that were recorded whole and found by a recorded search: three of the 2,000 that were stored.
 * Each is answered by the API that it was recorded from, so one of them comes through the older one only.
 */
export function createTempoReplay(): (request: Request) => Response {
  const exchanges = readExchanges('tempo');
  const byPath = new Map(exchanges.map((exchange) => [exchange.request.path, exchange]));
  const found = exchanges
    .filter(({ request }) => request.path === '/api/search')
    .flatMap((exchange) => bodyOf<{ traces: Found[] }>(exchange).traces);
  const stored = new Map(found.map((trace) => [trace.traceID.padStart(32, '0'), trace]));
  for (const id of stored.keys()) {
    if (!byPath.has(`/api/v2/traces/${id}`) && !byPath.has(`/api/traces/${id}`)) stored.delete(id);
  }
  const newestFirst = [...stored.values()].sort((one, other) => startMs(other) - startMs(one));

  return (request) => {
    const url = new URL(request.url);
    if (url.pathname === '/api/search') return search(newestFirst, url.searchParams);
    const recorded = byPath.get(url.pathname);
    return recorded === undefined ? toResponse(readExchange('tempo/trace_v1_unknown')) : toResponse(recorded);
  };
}

function search(newestFirst: readonly Found[], asked: URLSearchParams): Response {
  const [start, end, limit] = ['start', 'end', 'limit'].map((name) => Number(asked.get(name)));
  const traceQl = asked.get('q') ?? '';
  const service = /resource\.service\.name = "([^"]*)"/.exec(traceQl)?.[1];
  const named = [...traceQl.matchAll(/resource\.([\w.]+) = "([^"]*)"/g)].filter(
    ([, key]) => key !== 'service.name',
  );
  // Conditions on one place are alternatives, such as two names of the namespace's attribute.
  const values = new Set(named.map(([, , value]) => value));
  const isHere = [...values].every((value) =>
    named.some(([, key = '', own]) => own === value && place[key] === value),
  );
  const onlyErrors = traceQl.includes('status = error');
  const longest = Number(/duration >= (\d+)us/.exec(traceQl)?.[1] ?? 0) / 1000;
  const traces = newestFirst.filter((trace) => {
    const { durationMs = 0, serviceStats = {} } = trace;
    const services = Object.entries(serviceStats);
    return (
      isHere &&
      startMs(trace) + durationMs >= (start ?? 0) * 1000 &&
      startMs(trace) < (end ?? 0) * 1000 &&
      durationMs >= longest &&
      (service === undefined || services.some(([name]) => name === service)) &&
      (!onlyErrors || services.some(([, { errorCount = 0 }]) => errorCount > 0))
    );
  });
  const { response } = readExchange('tempo/search_errors_limit20_most_recent');
  const date = new Headers(response.headers).get('date') ?? '';
  const metrics = { completedJobs: 1, totalJobs: 1 };
  return Response.json({ traces: traces.slice(0, limit), metrics }, { headers: { date } });
}

function startMs({ startTimeUnixNano }: Found): number {
  return Number(startTimeUnixNano.slice(0, -6));
}
