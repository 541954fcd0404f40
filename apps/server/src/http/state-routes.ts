import { stateSchema } from './answer-schemas.js';
import type { Route } from './route.js';

/** Gives the text that Prometheus scrapes, and its content type. */
export interface MetricsSource {
  readonly contentType: string;
  read(): Promise<string>;
}

/** Whether it lives, and how it does. */
export function stateRoutes(metrics: MetricsSource | undefined): readonly Route[] {
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
