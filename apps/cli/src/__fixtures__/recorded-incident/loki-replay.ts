import { bodyOf, type Exchange, notRecorded, readExchange, readExchanges, toResponse } from './exchange.js';

interface Line {
  readonly ns: string;
  readonly text: string;
  /** Index labels. */
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
}

interface StreamsBody {
  readonly data?: {
    readonly resultType?: string;
    readonly result?: readonly {
      readonly stream: Record<string, string>;
      readonly values: readonly [string, string, { structuredMetadata?: Record<string, string> }?][];
    }[];
  };
}

const series = readExchange('loki/series_no_match');
const allStreams = bodyOf<{ data: Record<string, string>[] }>(series).data;
const indexLabels = new Set(allStreams.flatMap((stream) => Object.keys(stream)));
/** What the shop's lines carry beside their labels; the rest of a recorded stream was parsed out of the line by its query. */
const metadataNames = new Set(['detected_level', 'trace_id', 'span_id', 'severity_text', 'service_version']);

/** A Loki that holds every line of the recorded exchanges, each once, and filters them as a query says. */
export function createLokiReplay(): (request: Request) => Promise<Response> {
  const lines = readLines(readExchanges('loki'));
  return async (request) => {
    const url = new URL(request.url);
    const asked = request.method === 'POST' ? new URLSearchParams(await request.text()) : url.searchParams;
    if (url.pathname.endsWith('/series')) {
      const wanted = asked.getAll('match[]').map((selector) => toPredicate(selector));
      const data = allStreams.filter((labels) =>
        wanted.some((matches) => matches({ ns: '0', text: '', labels, metadata: {} })),
      );
      return Response.json({ status: 'success', data });
    }
    if (url.pathname.endsWith('/labels')) return toResponse(readExchange('loki/labels'));
    const query = asked.get('query') ?? '';
    if (url.pathname.endsWith('/query')) return count(lines, query, BigInt(asked.get('time') ?? '0'));
    return url.pathname.endsWith('/query_range') ? range(lines, query, asked) : notRecorded();
  };
}

function range(lines: readonly Line[], query: string, asked: URLSearchParams): Response {
  const [start, end] = [BigInt(asked.get('start') ?? '0'), BigInt(asked.get('end') ?? '0')];
  const matches = toPredicate(query);
  const found = lines.filter((line) => BigInt(line.ns) >= start && BigInt(line.ns) < end && matches(line));
  if (asked.get('direction') === 'backward') found.reverse();
  const result = found.slice(0, Number(asked.get('limit'))).map(({ ns, text, labels, metadata }) => ({
    stream: labels,
    values: [[ns, text, { structuredMetadata: metadata }]],
  }));
  const data = { resultType: 'streams', encodingFlags: ['categorize-labels'], result };
  return Response.json({ status: 'success', data });
}

function count(lines: readonly Line[], query: string, atNs: bigint): Response {
  const [, logQl = '', size = '0', unit] =
    /^sum\(count_over_time\((.*) \[(\d+)(ms|s)\]\)\)$/s.exec(query) ?? [];
  const startNs = atNs - BigInt(size) * (unit === 's' ? 1_000_000_000n : 1_000_000n);
  const matches = toPredicate(logQl);
  const found = lines.filter(
    (line) => BigInt(line.ns) > startNs && BigInt(line.ns) <= atNs && matches(line),
  ).length;
  const result = found === 0 ? [] : [{ metric: {}, value: [Number(atNs / 1_000_000_000n), String(found)] }];
  return Response.json({ status: 'success', data: { resultType: 'vector', result } });
}

/** Recorded by several queries, a line is the one that tells most. */
function readLines(exchanges: readonly Exchange[]): Line[] {
  const lines = new Map<string, Line>();
  for (const exchange of exchanges) {
    const { data } = bodyOf<StreamsBody>(exchange);
    if (data?.resultType !== 'streams') continue;
    for (const { stream, values } of data.result ?? []) {
      for (const [ns, text, more] of values) {
        const line = toLine(ns, text, stream, more?.structuredMetadata);
        const known = lines.get(`${ns} ${text}`);
        if (known === undefined || Object.keys(known.metadata).length < Object.keys(line.metadata).length) {
          lines.set(`${ns} ${text}`, line);
        }
      }
    }
  }
  return [...lines.values()].sort((one, other) => (BigInt(one.ns) < BigInt(other.ns) ? -1 : 1));
}

function toLine(
  ns: string,
  text: string,
  stream: Record<string, string>,
  categorized: Record<string, string> = {},
): Line {
  const all = Object.entries({ ...stream, ...categorized });
  return {
    ns,
    text,
    labels: Object.fromEntries(all.filter(([name]) => indexLabels.has(name))),
    metadata: Object.fromEntries(all.filter(([name]) => metadataNames.has(name))),
  };
}

const matcher = /(\w+)\s*(=~|!=|=)\s*("(?:[^"\\]|\\.)*")/g;

/** Selector, line filters and groups of label filters: all that the connector writes. */
function toPredicate(logQl: string): (line: Line) => boolean {
  const [selector = '', ...stages] = logQl.split(/ (?=\|[=~]? )/);
  const conditions: ((line: Line) => boolean)[] = [(line) => toMatchers(selector).every((one) => one(line))];
  for (const stage of stages) {
    const [, operator = '', rest = ''] = /^(\|[=~]?) (.*)$/s.exec(stage) ?? [];
    if (operator === '|') {
      const group = toMatchers(rest);
      conditions.push((line) => group.some((one) => one(line)));
      continue;
    }
    const text = JSON.parse(rest) as string;
    const pattern = operator === '|~' ? toRegExp(text) : undefined;
    conditions.push((line) => pattern?.test(line.text) ?? line.text.includes(text));
  }
  return (line) => conditions.every((one) => one(line));
}

function toMatchers(text: string): ((line: Line) => boolean)[] {
  return [...text.matchAll(matcher)].map(([, name = '', operator, quoted = '""']) => {
    const value = JSON.parse(quoted) as string;
    const pattern = operator === '=~' ? toRegExp(`^(?:${value})$`) : undefined;
    return ({ labels, metadata }) => {
      const told = labels[name] ?? metadata[name] ?? '';
      if (pattern !== undefined) return pattern.test(told);
      return operator === '=' ? told === value : told !== value;
    };
  });
}

/** RE2's `(?i)` stands in front, or behind the anchor that was put there. */
function toRegExp(pattern: string): RegExp {
  return new RegExp(pattern.replaceAll('(?i)', ''), pattern.includes('(?i)') ? 'i' : '');
}
