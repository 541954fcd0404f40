/** A stored trace of one span. */
export interface StoredTrace {
  readonly traceId: string;
  readonly startMs: number;
  readonly service: string;
  readonly operation?: string;
  readonly durationMs?: number;
  readonly error?: boolean;
  /** Resource attributes. */
  readonly resource?: Readonly<Record<string, string>>;
}

export interface FakeTempoOptions {
  /** `Date` of all answers. */
  readonly nowMs?: number;
  /** Answered instead, when it gives something. */
  readonly instead?: (url: URL) => Response | undefined;
}

/**
 * A Tempo that keeps to service, place, errors, times and limit of a search, the newest first, in the shapes that were
 * recorded: ids without leading zeros in a search, base64 in a trace, zero fields left out. `extra` stands beside a trace.
 */
export function createFakeTempo(
  traces: readonly StoredTrace[],
  { nowMs, instead }: FakeTempoOptions = {},
): (request: Request, extra?: object) => Response {
  const json = (body: unknown) =>
    Response.json(body, nowMs === undefined ? {} : { headers: { date: new Date(nowMs).toUTCString() } });

  function search({ searchParams }: URL): Response {
    const [startMs, endMs, limit] = ['start', 'end', 'limit'].map((name) => Number(searchParams.get(name)));
    if (![startMs, endMs].every((time) => Number.isInteger(time)) || (startMs ?? 0) >= (endMs ?? 0)) {
      return new Response('invalid start or end', { status: 400 });
    }
    const found = traces
      .filter(matches(searchParams.get('q') ?? ''))
      .filter(
        ({ startMs: atMs, durationMs = 0 }) =>
          atMs + durationMs >= (startMs ?? 0) * 1000 && atMs < (endMs ?? 0) * 1000,
      )
      .sort((one, other) => other.startMs - one.startMs)
      .slice(0, limit);
    return json({ traces: found.map(toFound), metrics: { completedJobs: 3, totalJobs: 3 } });
  }

  return (request, extra = {}) => {
    const url = new URL(request.url);
    const other = instead?.(url);
    if (other !== undefined) return other;
    if (url.pathname.endsWith('/api/search')) return search(url);
    if (url.pathname.endsWith('/resource.service.name/values')) {
      const names = [...new Set(traces.map(({ service }) => service))];
      return json({ tagValues: names.map((value) => ({ type: 'string', value })), metrics: {} });
    }
    const id = /\/api\/v2\/traces\/([0-9a-f]{32})$/.exec(url.pathname)?.[1];
    if (id === undefined) return new Response('404 page not found\n', { status: 404 });
    const trace = traces.find(({ traceId }) => traceId === id);
    return json({ trace: trace === undefined ? {} : toOtlp(trace), metrics: {}, ...extra });
  };
}

/** `||` and `&&` of equal conditions are all that the connector writes. */
function matches(traceQl: string): (trace: StoredTrace) => boolean {
  const wanted = [...traceQl.matchAll(/resource\.([\w.]+) = ("(?:[^"\\]|\\.)*")/g)];
  const names = new Map<string, string[]>();
  for (const [, name = '', value = '""'] of wanted) {
    names.set(value, [...(names.get(value) ?? []), name]);
  }
  return ({ service, error, resource = {} }) => {
    const attributes: Readonly<Record<string, string>> = { ...resource, 'service.name': service };
    const told = [...names].every(([value, keys]) =>
      keys.some((key) => attributes[key] === JSON.parse(value)),
    );
    return told && (!traceQl.includes('status = error') || error === true);
  };
}

function toFound({ traceId, startMs, service, operation = 'GET /', durationMs = 0 }: StoredTrace): unknown {
  return {
    traceID: traceId.replace(/^0+/, ''),
    rootServiceName: service,
    rootTraceName: operation,
    startTimeUnixNano: `${startMs}000000`,
    ...(durationMs === 0 ? {} : { durationMs }),
  };
}

function toOtlp({
  traceId,
  startMs,
  service,
  operation = 'GET /',
  durationMs = 0,
  error,
  resource = {},
}: StoredTrace) {
  const attributes = Object.entries({ ...resource, 'service.name': service }).map(([key, stringValue]) => ({
    key,
    value: { stringValue },
  }));
  const span = {
    traceId: toBase64(traceId),
    spanId: toBase64('00000000000000a1'),
    name: operation,
    kind: 'SPAN_KIND_SERVER',
    startTimeUnixNano: `${startMs}000000`,
    endTimeUnixNano: `${startMs + durationMs}000000`,
    status: error === true ? { code: 'STATUS_CODE_ERROR' } : {},
  };
  return { resourceSpans: [{ resource: { attributes }, scopeSpans: [{ scope: {}, spans: [span] }] }] };
}

function toBase64(hex: string): string {
  const bytes = hex.match(/../g) ?? [];
  return btoa(bytes.map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join(''));
}
