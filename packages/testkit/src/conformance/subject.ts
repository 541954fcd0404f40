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
  /** A check that cannot apply, with the reason as a sentence; it is printed in the report. There is no skip-all. */
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

/** A connector without HTTP, made anew over what the scenario holds; the checks of the transport do not apply. */
export interface LocalConformanceOptions extends CommonOptions {
  readonly createWith: (scenario: ConformanceScenario) => ConnectorV1 | Promise<ConnectorV1>;
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
  readonly body: string;
}

/** One connector under one scenario, with everything it sends on record. */
export interface Subject {
  readonly connector: ConnectorV1;
  readonly sent: readonly SentRequest[];
}

/** Stands between connector and backend; `undefined` lets the backend answer. */
export type Intercept = (request: Request, index: number) => Response | Promise<Response> | undefined;

export async function createSubject(
  options: ConformanceOptions,
  scenario: ConformanceScenario,
  intercept: Intercept = () => undefined,
): Promise<Subject> {
  if ('createWith' in options) return { connector: await options.createWith(scenario), sent: [] };
  const answer = options.backend(scenario);
  const sent: SentRequest[] = [];
  const fetch: FetchLike = async (input, init) => {
    const { signal, ...rest } = init ?? {};
    const request = new Request(input, rest as RequestInit);
    const index = sent.length;
    const body = await request.clone().text();
    sent.push({ method: request.method, url: request.url, headers: request.headers, body });
    return untilAborted(
      Promise.resolve(intercept(request.clone(), index) ?? answer(request)),
      signal ?? undefined,
    );
  };
  return { connector: options.create({ fetch, baseUrl: BASE_URL, token: TOKEN }), sent };
}

/** As a real fetch does: rejects with the signal's reason when it is aborted first. */
function untilAborted(response: Promise<Response>, signal: AbortSignal | undefined): Promise<Response> {
  if (signal === undefined) return response;
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
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
  options: ConformanceOptions,
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
