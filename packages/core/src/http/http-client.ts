import type * as z from 'zod';
import { ConnectorError } from '../connector/connector-error.js';
import type { CallContextV1, ConnectorV1, FetchLike } from '../connector/v1/connector.js';
import { type HeadersOption, requestHeaders, type TokenOption } from './authorization.js';
import { throughLimit } from './limited-fetch.js';
import { readBodyText } from './read-body.js';
import { parseBaseUrl, type QueryParameters, requestUrl, toFormBody } from './request-url.js';
import { statusError, toConnectorError } from './response-error.js';

/** The options every HTTP connector has, under the same names everywhere. */
export interface HttpConnectorOptions {
  /** Where the API is; a path prefix is kept. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`; a function is asked on every call, so that a token can rotate. */
  readonly token?: TokenOption | undefined;
  readonly basicAuth?: { readonly username: string; readonly password: TokenOption } | undefined;
  /** Extra headers, such as a tenant; a function is asked on every call. */
  readonly headers?: HeadersOption | undefined;
  /** @default the vendor's name, such as `loki` */
  readonly id?: string | undefined;
  readonly covers?: ConnectorV1['covers'] | undefined;
  /** The page that people open, for links; without it provenance has no `url`. */
  readonly webUrl?: string | undefined;
  /** @default the global fetch. Core's limit on requests in flight holds for it too. */
  readonly fetch?: FetchLike | undefined;
}

/** One (method, path) that a connector may call; `{name}` stands for one path segment. */
export interface AllowedRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
}

export interface HttpClientOptions extends Omit<HttpConnectorOptions, 'id' | 'covers' | 'webUrl'> {
  readonly connectorId: string;
  /** `midwatch-connector-loki/1.2.3`; some vendors refuse requests without one. */
  readonly userAgent: string;
  /** The hard list: anything else is a `TypeError`, because it is a mistake in the connector. */
  readonly allow: readonly AllowedRequest[];
  /** @default 4 MiB */
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpRequest<T> {
  readonly method: 'GET' | 'POST';
  /** As it stands in the allow list, with its `{name}` placeholders. */
  readonly path: string;
  readonly pathParameters?: Readonly<Record<string, string>>;
  /** An array repeats the parameter; `undefined` leaves it out. */
  readonly query?: QueryParameters;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: QueryParameters;
  /** Sent as `application/json`. */
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** What the JSON must look like; a body of another shape is `bad-response`. */
  readonly schema: z.ZodType<T>;
  /** Statuses whose body is read like that of a 200, such as 404 where it means "nothing found". */
  readonly acceptStatus?: readonly number[];
}

export interface HttpResult<T> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface HttpClient {
  /** Rejects only with a `ConnectorError`. Never retries, never follows a redirect. */
  request<T>(request: HttpRequest<T>, call: CallContextV1): Promise<HttpResult<T>>;
}

const DEFAULT_MAX_BODY_BYTES = 4 * 1024 * 1024;

/**
 * The one transport of all HTTP connectors: authentication, the allow list, no redirects, a cap on the body while it
 * streams, and errors that tell what and where and hold nothing secret.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { connectorId } = options;
  const base = parseBaseUrl(options.baseUrl, connectorId);
  const maxBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;

  async function request<T>(request: HttpRequest<T>, call: CallContextV1): Promise<HttpResult<T>> {
    const { method, path } = request;
    if (!options.allow.some((entry) => entry.method === method && entry.path === path)) {
      throw new TypeError(`[${connectorId}] ${method} ${path} is not in the list of allowed requests`);
    }
    const scope = { connectorId, path, call };
    try {
      call.signal.throwIfAborted();
      const timeoutMs = Math.max(0, call.deadlineAtMs - Date.now());
      const signal = AbortSignal.any([call.signal, AbortSignal.timeout(timeoutMs)]);
      const send = throughLimit(call.fetch, options.fetch);
      const response = await send(requestUrl(base, request), {
        method,
        headers: await requestHeaders(options, request),
        redirect: 'manual',
        signal,
        ...requestBody(request),
      });
      const accepted = response.ok || (request.acceptStatus?.includes(response.status) ?? false);
      if (!accepted) throw await statusError(response, scope);
      const text = await readBodyText(response, { maxBytes, signal, ...scope });
      return {
        status: response.status,
        headers: response.headers,
        body: parseJson(text, request, connectorId),
      };
    } catch (error) {
      throw toConnectorError(error, scope);
    }
  }
  return { request };
}

function requestBody(request: HttpRequest<unknown>): { body?: string } {
  if (request.form !== undefined) return { body: toFormBody(request.form) };
  if (request.json !== undefined) return { body: JSON.stringify(request.json) };
  return {};
}

function parseJson<T>(text: string, request: HttpRequest<T>, connectorId: string): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // The parser's own message quotes the body, so it is left behind.
    throw new ConnectorError({ code: 'bad-response', connectorId, message: `not JSON from ${request.path}` });
  }
  const parsed = request.schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where =
    issue === undefined ? '' : ` (at ${issue.path.map(String).join('.') || 'the top'}: ${issue.code})`;
  throw new ConnectorError({
    code: 'bad-response',
    connectorId,
    message: `JSON of another shape from ${request.path}${where}`,
  });
}
