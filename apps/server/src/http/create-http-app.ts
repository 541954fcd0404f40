import type { Budgets, Store } from '@midwatch/core/incident';
import { type Context, Hono } from 'hono';
import { etag } from 'hono/etag';
import { requestId } from 'hono/request-id';
import { matchedRoutes } from 'hono/route';
import { secureHeaders } from 'hono/secure-headers';
import type { AccessToken } from './access-tokens.js';
import { accuracyRoutes } from './accuracy-routes.js';
import { actionRoutes } from './action-routes.js';
import { admitCaller } from './admit-caller.js';
import { type ChangeRoutesOptions, changeRoutes } from './change-routes.js';
import { deadLetterRoutes } from './dead-letter-routes.js';
import { type Caller, createGuard } from './guard.js';
import { HttpProblem } from './http-problem.js';
import { type IncidentActionRoutesOptions, incidentActionRoutes } from './incident-action-routes.js';
import { incidentRoutes } from './incident-routes.js';
import { lookRoutes } from './look-routes.js';
import { withOpenApi } from './openapi-document.js';
import type { RateLimiter } from './rate-limiter.js';
import type { Route, RouteVariables } from './route.js';
import { selfRoutes } from './self-routes.js';
import { createSessions, type Sessions } from './session.js';
import { sessionRoutes } from './session-routes.js';
import { shadowRoutes } from './shadow-routes.js';
import { type SlackRoutesOptions, slackRoutes } from './slack-routes.js';
import { spendingRoutes } from './spending-routes.js';
import { type MetricsSource, stateRoutes } from './state-routes.js';
import { switchRoutes } from './switch-routes.js';
import { type WebRoutesOptions, webRoutes } from './web-routes.js';
import { type WebhookRoutesOptions, webhookRoutes } from './webhook-routes.js';

export interface HttpAppOptions
  extends WebhookRoutesOptions,
    ChangeRoutesOptions,
    WebRoutesOptions,
    Pick<IncidentActionRoutesOptions, 'onActed'>,
    Pick<SlackRoutesOptions, 'slack'> {
  readonly store: Store;
  /** Without any, only this very machine is answered. */
  readonly tokens: readonly AccessToken[];
  /** What models may cost; shown beside what they did. */
  readonly budgets: Budgets;
  /** @default there is no `GET /metrics` */
  readonly metrics?: MetricsSource | undefined;
  /** @default nobody is limited: where whoever stands in front does it */
  readonly rateLimiter?: RateLimiter | undefined;
  /** Who is at the other end; counts those together who bring no token. */
  readonly addressOf?: ((context: Context) => string | undefined) | undefined;
  /** Told of what no request is to blame for; the answer says only that it happened. */
  readonly onError?: ((error: unknown, request: FailedRequest) => void) | undefined;
  readonly onAnswered?: ((request: AnsweredRequest) => void) | undefined;
}

export interface FailedRequest {
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
}

export interface AnsweredRequest {
  readonly requestId: string;
  readonly method: string;
  /** As the document has it, `/incidents/{id}`; `none` for what is no route. */
  readonly route: string;
  readonly role: Caller['role'] | 'refused';
  readonly status: number;
  readonly durationMs: number;
}

const MAX_REQUEST_ID_LENGTH = 64;

/** The table: what is not in it is refused. */
export function createRoutes(
  options: HttpAppOptions,
  sessions: Sessions = toSessions(options),
): readonly Route[] {
  const { budgets, metrics, now, store } = options;
  return withOpenApi([
    ...webhookRoutes(options),
    ...changeRoutes(options),
    ...slackRoutes(options),
    ...incidentRoutes(store),
    ...lookRoutes(store),
    ...incidentActionRoutes(options),
    ...actionRoutes(options),
    ...accuracyRoutes(store.ledger),
    ...shadowRoutes(store.ledger),
    ...spendingRoutes(store, budgets),
    ...deadLetterRoutes(store, now),
    ...switchRoutes(store, now),
    ...selfRoutes(store, now),
    ...stateRoutes(metrics),
    ...sessionRoutes(options, sessions),
    ...webRoutes(options),
  ]);
}

/** The routes that every deployment serves. Web APIs only: it runs in Node and in a Worker. */
export function createHttpApp(options: HttpAppOptions): Hono<{ Variables: RouteVariables }> {
  const { onAnswered, onError } = options;
  const sessions = toSessions(options);
  const guard = createGuard(options.tokens, sessions);
  const table = new Map(
    createRoutes(options, sessions).map((route) => [`${route.method} ${toPattern(route)}`, route]),
  );
  const app = new Hono<{ Variables: RouteVariables }>();
  app.use(requestId({ limitLength: MAX_REQUEST_ID_LENGTH }));
  app.use(async (context, next) => {
    const startedAtMs = performance.now();
    await next();
    // Not by `context.header`: behind an answer it takes its body for a stream, which costs more than all else of a request.
    const { headers } = context.res;
    headers.set('cache-control', 'no-store');
    if (context.res.ok)
      for (const [name, value] of Object.entries(context.get('headers') ?? {})) headers.set(name, value);
    onAnswered?.({
      requestId: context.get('requestId'),
      method: context.req.method,
      route: context.get('route') ?? 'none',
      role: context.get('role') ?? 'refused',
      status: context.res.status,
      durationMs: performance.now() - startedAtMs,
    });
  });
  // Nothing but the pages is one, and they say their own: no browser may run, frame or embed what it answers.
  app.use(
    secureHeaders({
      contentSecurityPolicy: { defaultSrc: ["'none'"], frameAncestors: ["'none'"] },
      xFrameOptions: 'DENY',
    }),
  );
  app.use(async (context, next) => {
    const route = matchedRoutes(context)
      .map(({ method, path }) => table.get(`${method} ${path}`))
      .find((each) => each !== undefined);
    if (route !== undefined) context.set('route', route.path);
    if (route?.headers !== undefined) context.set('headers', route.headers);
    const { name, role } = await admitCaller(context, guard, route?.access ?? 'token', options);
    context.set('role', role);
    context.set('by', name ?? role);
    // Also when a handler is there that the table does not know.
    if (route === undefined) throw noRoute(context.req.method);
    await next();
  });
  // Pages ask again and again whether something is new.
  app.use('/incidents/*', etag());
  for (const route of table.values())
    app.on(route.method, toPattern(route), (context) => route.handle(context));
  app.onError((error, context) => {
    const problem = error instanceof HttpProblem ? error : unexpected();
    const request = { method: context.req.method, path: context.req.path };
    if (problem !== error) onError?.(error, { requestId: context.get('requestId'), ...request });
    const { code, headers, message, problems, status } = problem;
    const said = { code, message, ...(problems && { problems }), requestId: context.get('requestId') };
    return context.json({ error: said }, status, { ...headers });
  });
  return app;
}

function toSessions({ now = Date.now, tokens }: HttpAppOptions): Sessions {
  return createSessions(tokens, now);
}

/** As hono writes it. */
function toPattern({ path }: Route): string {
  return path.replace(/\{(\w+)\}/g, ':$1');
}

function noRoute(method: string): HttpProblem {
  return new HttpProblem(404, 'no-route', `nothing is at ${method} here; GET /openapi.json lists what is`);
}

/** Senders of alerts try again on 5xx: what was not kept comes again. */
function unexpected(): HttpProblem {
  return new HttpProblem(503, 'not-kept', 'this could not be done now; send it again', {
    headers: { 'retry-after': '5' },
  });
}
