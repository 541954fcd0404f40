import type { Budgets, Store } from '@midwatch/core/incident';
import { Hono } from 'hono';
import { type ChangeRoutesOptions, changeRoutes } from './change-routes.js';
import { type AccessTokens, guard } from './guard.js';
import { HttpProblem } from './http-problem.js';
import { incidentRoutes } from './incident-routes.js';
import { spendingRoutes } from './spending-routes.js';
import { type WebhookRoutesOptions, webhookRoutes } from './webhook-routes.js';

export interface HttpAppOptions extends WebhookRoutesOptions, ChangeRoutesOptions {
  readonly store: Store;
  readonly tokens: AccessTokens;
  /** What models may cost; shown beside what they did. */
  readonly budgets: Budgets;
  /** Told of what no request is to blame for; the answer says only that it happened. */
  readonly onError?: (error: unknown, request: { readonly method: string; readonly path: string }) => void;
}

const READY_DEADLINE_MS = 1_000;

/** The routes that every deployment serves. Web APIs only: it runs in Node and in a Worker. */
export function createHttpApp(options: HttpAppOptions): Hono {
  const { budgets, onError, store, tokens } = options;
  const app = new Hono();
  app.use('*', async (context, next) => {
    await next();
    context.header('cache-control', 'no-store');
    context.header('x-content-type-options', 'nosniff');
  });
  app.get('/healthz', (context) => context.json({ status: 'ok' }));
  app.get('/readyz', async (context) => {
    const isReady = await answersInTime(store.listIncidents({ limit: 1 }));
    return context.json({ status: isReady ? 'ok' : 'the store does not answer' }, isReady ? 200 : 503);
  });
  app.route('/webhooks', webhookRoutes(options, tokens.webhook));
  app.route('/changes', changeRoutes(options));
  app.use('/incidents', guard(tokens.read));
  app.use('/incidents/*', guard(tokens.read));
  app.route('/incidents', incidentRoutes(store));
  app.use('/spending', guard(tokens.read));
  app.route('/spending', spendingRoutes(store, budgets));
  app.notFound((context) =>
    context.json({ error: { code: 'no-route', message: `nothing is at ${context.req.method} here` } }, 404),
  );
  app.onError((error, context) => {
    const problem = error instanceof HttpProblem ? error : unexpected();
    if (problem !== error) onError?.(error, { method: context.req.method, path: context.req.path });
    const { code, headers, message, problems, status } = problem;
    return context.json({ error: { code, message, ...(problems && { problems }) } }, status, { ...headers });
  });
  return app;
}

/** Senders of alerts try again on 5xx: what was not kept comes again. */
function unexpected(): HttpProblem {
  return new HttpProblem(503, 'not-kept', 'this could not be done now; send it again', {
    headers: { 'retry-after': '5' },
  });
}

async function answersInTime(promise: Promise<unknown>): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), READY_DEADLINE_MS);
  });
  try {
    return await Promise.race([
      promise.then(
        () => true,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}
