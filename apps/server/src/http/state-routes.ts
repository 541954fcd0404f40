import type { Store } from '@midwatch/core/incident';
import { stateSchema } from './answer-schemas.js';
import type { Route } from './route.js';

/** Gives the text that Prometheus scrapes, and its content type. */
export interface MetricsSource {
  readonly contentType: string;
  read(): Promise<string>;
}

const READY_DEADLINE_MS = 1_000;

/** Whether it lives, whether it can work, and how it does. */
export function stateRoutes(store: Store, metrics: MetricsSource | undefined): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/healthz',
      operationId: 'get-health',
      summary: 'Whether the process is alive',
      access: 'anyone',
      answers: { 200: { description: 'It is', schema: stateSchema } },
      handle: (context) => context.json({ status: 'ok' }),
    },
    {
      method: 'GET',
      path: '/readyz',
      operationId: 'get-readiness',
      summary: 'Whether the store answers within a second',
      access: 'anyone',
      answers: {
        200: { description: 'It does', schema: stateSchema },
        503: { description: 'It does not', schema: stateSchema },
      },
      handle: async (context) => {
        const isReady = await answersInTime(store.listIncidents({ limit: 1 }));
        return context.json({ status: isReady ? 'ok' : 'the store does not answer' }, isReady ? 200 : 503);
      },
    },
    ...(metrics === undefined ? [] : [metricsRoute(metrics)]),
  ];
}

function metricsRoute(metrics: MetricsSource): Route {
  return {
    method: 'GET',
    path: '/metrics',
    operationId: 'get-metrics',
    summary: "Midwatch's own measures, for Prometheus",
    access: 'viewer',
    answers: { 200: { description: 'In the text format of Prometheus', mediaType: 'text/plain' } },
    handle: async (context) =>
      context.body(await metrics.read(), 200, { 'content-type': metrics.contentType }),
  };
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
