import type * as z from 'zod';
import { ConnectorError } from '../connector/connector-error.js';
import type { CallContextV1, ConnectorV1, FetchLike } from '../connector/v1/connector.js';
import { type HeadersOption, requestHeaders, type TokenOption } from './authorization.js';
import { parseJsonBody } from './json-body.js';
import { readBodyText } from './read-body.js';
import { createRequestSignal } from './request-signal.js';
import { parseBaseUrl, type QueryParameters, requestUrl, toFormBody } from './request-url.js';
import { statusError, transportError } from './response-error.js';
import { throughLimit } from './through-limit.js';

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

/** One (method, path) that may be called; `{name}` stands for one path segment. Only a notifier has one that changes something. */
export interface AllowedRequest {
  readonly method: 'GET' | 'POST' | 'PATCH';
  readonly path: string;
}

export interface HttpClientOptions extends Omit<HttpConnectorOptions, 'id' | 'covers' | 'webUrl'> {
  readonly connectorId: string;
  /** `midwatch-connector-loki/1.2.3`; some vendors refuse requests without one. */
  readonly userAgent: string;
  /**
   * The headers that the vendor takes the token in, for one that does not want `Bearer`: `(token) => ({ 'x-api-key': token })`.
   * The caller's `headers` win over them. @default `Authorization: Bearer`
   */
  readonly tokenHeaders?: ((token: string) => Readonly<Record<string, string>>) | undefined;
  /** The hard list: anything else is a `TypeError`, because it is a mistake in the connector. */
  readonly allow: readonly AllowedRequest[];
  /** @default 4 MiB */
  readonly maxBodyBytes?: number | undefined;
}

export interface HttpRequest<T> {
  readonly method: AllowedRequest['method'];
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
  /**
   * Never retries, never follows a redirect. Rejects with a `ConnectorError`; a request that is not on the list, or a path
   * parameter that would leave its segment, is the connector's own mistake and rejects with a `TypeError`.
   */
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
  if (options.token !== undefined && options.basicAuth !== undefined) {
    throw new ConnectorError({
      code: 'config',
      connectorId,
      message: 'give `token` or `basicAuth`, not both',
    });
  }
  const maxBytes = options.maxBodyBytes ?? DEFAULT_MAX_BODY_BYTES;

  async function request<T>(request: HttpRequest<T>, call: CallContextV1): Promise<HttpResult<T>> {
    const { method, path, schema } = request;
    requireAllowed(options, request);
    const url = requestUrl(base, request);
    const body = requestBody(request);

    const scope = { connectorId, path, call };
    const timed = createRequestSignal(scope);
    const { signal, race } = timed;
    try {
      signal.throwIfAborted();
      const headers = await race(requestHeaders(options, request));
      const send = throughLimit(call.fetch, options.fetch);
      const sent = send(url, { method, headers, redirect: 'manual', signal, ...body });
      const response = await race(sent).catch((error: unknown) => {
        dropWhenItComes(sent);
        throw error;
      });
      const accepted = response.ok || (request.acceptStatus?.includes(response.status) ?? false);
      if (!accepted) throw statusError(response, scope);
      const text = await readBodyText(response, maxBytes, timed, scope);
      const contentType = response.headers.get('content-type');
      const parsed = parseJsonBody({ text, contentType, schema, connectorId, path });
      return { status: response.status, headers: response.headers, body: parsed };
    } catch (error) {
      throw transportError(error, signal, scope);
    } finally {
      timed.release();
    }
  }
  return { request };
}

function requireAllowed(
  options: HttpClientOptions,
  { method, path, form, json }: HttpRequest<unknown>,
): void {
  if (!options.allow.some((entry) => entry.method === method && entry.path === path)) {
    throw new TypeError(`[${options.connectorId}] ${method} ${path} is not in the list of allowed requests`);
  }
  if (method === 'GET' && (form !== undefined || json !== undefined)) {
    throw new TypeError(`[${options.connectorId}] GET ${path} cannot have a body`);
  }
}

function requestBody({ form, json }: HttpRequest<unknown>): { body?: string } {
  if (form !== undefined) return { body: toFormBody(form) };
  if (json !== undefined) return { body: JSON.stringify(json) };
  return {};
}

/** A fetch that ignored its signal may still answer: nobody reads it, so its connection is let go. */
function dropWhenItComes(sent: Promise<Response>): void {
  sent.then((response) => response.body?.cancel()).catch(() => undefined);
}
