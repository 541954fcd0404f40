import type {
  CallContextV1,
  ConnectorV1,
  FetchLike,
  SignalBatchV1,
  SignalKind,
  SignalQueryByKind,
  TimeWindow,
} from '@midwatch/core';

/** What the fake vendor holds: `count` items of one kind, spread over the window, about one service. */
export interface ConformanceScenario {
  readonly kind: SignalKind;
  readonly count: number;
  readonly window: TimeWindow;
  readonly service: string;
  /** The most items of one answer, with the vendor's cursor to the next; given where the suite looks at paging. */
  readonly pageSize?: number;
}

/** A fake vendor: answers in the shapes that the real one was recorded with, and keeps to the request's limit and times. */
export type ConformanceBackend = (
  scenario: ConformanceScenario,
) => (request: Request) => Response | Promise<Response>;

/** Extra query fields that the connector needs to be asked at all, such as `{ metrics: { names: ['up'] } }`. */
export type ConformanceQueries = { readonly [K in SignalKind]?: Partial<SignalQueryByKind[K]> };

interface CommonOptions {
  readonly name: string;
  readonly queries?: ConformanceQueries;
  /**
   * A check that cannot apply, with the reason as a sentence; it is printed in the report. `page-two-fails` means all kinds,
   * `page-two-fails (metrics)` one of them. There is no skip-all.
   */
  readonly skip?: Readonly<Record<string, string>>;
}

/** A connector that speaks HTTP: faults are planted at its `fetch`, so the suite runs the same in Node and in workerd. */
export interface HttpConformanceOptions extends CommonOptions {
  readonly create: (input: {
    readonly fetch: FetchLike;
    readonly baseUrl: string;
    readonly token: string;
  }) => ConnectorV1;
  readonly backend: ConformanceBackend;
}

/** What a connector over files opens its content with: faults are planted here as they are at `fetch`. */
export type OpenContent = (content: ReadableStream<Uint8Array>) => Promise<ReadableStream<Uint8Array>>;

/** A connector without HTTP, made anew over what the scenario holds; the checks of HTTP do not apply. */
export interface LocalConformanceOptions extends CommonOptions {
  /** A connector that reads streams gives each of them to `open` when it reads it; then the faults of streams apply. */
  readonly createWith: (
    scenario: ConformanceScenario,
    open: OpenContent,
  ) => ConnectorV1 | Promise<ConnectorV1>;
}

export type ConformanceOptions = HttpConformanceOptions | LocalConformanceOptions;

export const BASE_URL = 'https://vendor.example/some/prefix';
/** Recognisable wherever it leaks; no real token looks like it. */
export const TOKEN = 'conformance-token-8c1f';
export const SERVICE = 'conformance-service';
export const WINDOW: TimeWindow = {
  startMs: Date.UTC(2026, 9, 1, 3, 0, 0),
  endMs: Date.UTC(2026, 9, 1, 3, 30, 0),
};

/** A sent request, kept for the checks that look at what went out. */
export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  body: string;
  /** What the connector can give the request up by. */
  readonly signal: AbortSignal | undefined;
  /** Whether it has been answered, or given up. */
  ended: boolean;
  /** Of its answer; without one it failed, or is on its way. */
  status: number | undefined;
}

/** One connector under one scenario, with everything it sends on record. */
export interface Subject {
  readonly connector: ConnectorV1;
  readonly sent: readonly SentRequest[];
}

/** Stands between connector and backend; `undefined` lets the backend answer. */
export type Intercept = (
  request: Request,
  index: number,
  /** What the backend says to it. */
  honest: () => Promise<Response>,
) => Response | Promise<Response> | undefined;

/** What goes wrong in a subject. */
export interface Interference {
  readonly fetch?: Intercept;
  readonly stream?: OpenContent;
}

export async function createSubject(
  options: ConformanceOptions,
  scenario: ConformanceScenario,
  interference: Intercept | Interference = {},
): Promise<Subject> {
  const faults = typeof interference === 'function' ? { fetch: interference } : interference;
  if ('createWith' in options) {
    const open: OpenContent = faults.stream ?? ((content) => Promise.resolve(content));
    return { connector: await options.createWith(scenario, open), sent: [] };
  }
  const answer = options.backend(scenario);
  const sent: SentRequest[] = [];
  const fetch: FetchLike = async (input, init) => {
    const { signal, ...rest } = init ?? {};
    const request = new Request(input, rest as RequestInit);
    const index = sent.length;
    const record: SentRequest = {
      method: request.method,
      url: request.url,
      headers: request.headers,
      body: '',
      signal: signal ?? undefined,
      ended: false,
      status: undefined,
    };
    // Before anything is waited for: requests side by side have a number each.
    sent.push(record);
    record.body = await request.clone().text();
    const honest = async () => answer(request.clone());
    const response = Promise.resolve(faults.fetch?.(request.clone(), index, honest) ?? honest());
    return untilAborted(response, record.signal)
      .then((answered) => {
        record.status = answered.status;
        return answered;
      })
      .finally(() => {
        record.ended = true;
      });
  };
  return { connector: options.create({ fetch, baseUrl: BASE_URL, token: TOKEN }), sent };
}

/** As a real fetch does: rejects with the signal's reason when it is aborted first. */
function untilAborted(response: Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  if (signal === undefined) return response;
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      // A planted failure that nobody waits for any more.
      response.catch(() => undefined);
      return reject(signal.reason);
    }
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    response.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}

export function createCall(overrides: Partial<CallContextV1> = {}): CallContextV1 {
  return {
    signal: new AbortController().signal,
    deadlineAtMs: Date.now() + 10_000,
    fetch: () => Promise.reject(new TypeError('the connector was given its own fetch and must use it')),
    ...overrides,
  };
}

export function toQuery<K extends SignalKind>(
  kind: K,
  options: Pick<ConformanceOptions, 'queries'>,
  overrides: Partial<SignalQueryByKind[K]> = {},
): SignalQueryByKind[K] {
  const base = { window: WINDOW, target: { service: SERVICE }, limit: 10, keep: 'newest' };
  return { ...base, ...options.queries?.[kind], ...overrides } as SignalQueryByKind[K];
}

/** Asks the one source of this kind; the suite only names kinds that the connector has. */
export function ask<K extends SignalKind>(
  connector: ConnectorV1,
  kind: K,
  query: SignalQueryByKind[K],
  call: CallContextV1 = createCall(),
): Promise<SignalBatchV1<K>> {
  const source = connector.sources[kind];
  if (source === undefined) throw new TypeError(`${connector.id} has no source for ${kind}`);
  return source.doQuery(query, call);
}
