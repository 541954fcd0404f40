import { type AlertBatch, AlertError, type GenericMapping, SignatureError } from '@midwatch/alerts';
import type { Alert, RecordedAlert } from '@midwatch/core/incident';
import type { Responder } from '@midwatch/responder';
import { Hono } from 'hono';
import { guard } from './guard.js';
import { HttpProblem } from './http-problem.js';
import { readBytes } from './read-body.js';
import { toRefusal, type WebhookSignatures, type WebhookSource, webhookSources } from './webhook-sources.js';

/** How `POST /webhooks/generic` reads a body when no mapping is configured. */
export const defaultGenericMapping: GenericMapping = {
  name: 'name',
  status: { path: 'status', firing: ['firing'], resolved: ['resolved'] },
  startsAt: { path: 'startsAt', format: 'rfc3339' },
  endsAt: { path: 'endsAt', format: 'rfc3339' },
  service: 'service',
  namespace: 'namespace',
  severity: 'severity',
  summary: 'summary',
  labels: 'labels',
};

export interface WebhookRoutesOptions {
  readonly responder: Responder;
  /** @default defaultGenericMapping */
  readonly genericMapping?: GenericMapping | undefined;
  /** @default every sender brings the token */
  readonly signatures?: WebhookSignatures | undefined;
  /** After an alert is kept, and before it is acknowledged: wakes whoever does the work. */
  readonly onReceived: (recorded: RecordedAlert, alert: Alert) => void | Promise<void>;
}

const MAX_PROBLEMS = 20;

/** Webhooks of alert sources. 202 says that the alerts are kept; the same again changes nothing. */
export function webhookRoutes(options: WebhookRoutesOptions, token: string | undefined): Hono {
  const routes = new Hono();
  const mapping = options.genericMapping ?? defaultGenericMapping;
  for (const source of webhookSources(options.signatures ?? {}, mapping)) {
    const path = `/${source.name}`;
    if (source.proof === 'token') routes.use(path, guard(token));
    routes.on([...source.methods], path, ({ req }) => accept(req.raw, source, options));
  }
  // Whoever asks for an address that is not there must not learn so without the token.
  routes.use('*', guard(token));
  return routes;
}

async function accept(
  request: Request,
  source: WebhookSource,
  options: WebhookRoutesOptions,
): Promise<Response> {
  const batch = await readBatch(request, source);
  const incidents = await receiveAll(batch.alerts, options);
  const problems = messagesOf(batch);
  return Response.json({ incidents, ...(problems.length === 0 ? {} : { problems }) }, { status: 202 });
}

async function readBatch(request: Request, source: WebhookSource): Promise<AlertBatch> {
  const body = await readBytes(request);
  const batch = await source.read({ body, headers: request.headers }).catch((error: unknown) => {
    if (SignatureError.is(error)) throw toRefusal(error);
    if (AlertError.is(error)) throw new HttpProblem(400, error.code, error.message);
    throw error;
  });
  if (batch.alerts.length > 0 || batch.problems.length === 0) return batch;
  throw new HttpProblem(400, 'no-alert', 'no alert of the body can be read', { problems: messagesOf(batch) });
}

function messagesOf({ problems }: AlertBatch): readonly string[] {
  return problems.slice(0, MAX_PROBLEMS).map(({ message }) => message);
}

interface Received {
  readonly id: string;
  readonly outcome: RecordedAlert['outcome'];
  readonly alert: string;
}

/** One after the other: what was kept before a failure is a repetition when the sender tries again. */
async function receiveAll(
  alerts: readonly Alert[],
  { onReceived, responder }: WebhookRoutesOptions,
): Promise<readonly Received[]> {
  const received: Received[] = [];
  for (const alert of alerts) {
    const recorded = await responder.receive(alert);
    await onReceived(recorded, alert);
    received.push({ id: recorded.incidentId, outcome: recorded.outcome, alert: alert.name });
  }
  return received;
}
