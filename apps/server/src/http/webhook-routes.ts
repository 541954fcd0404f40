import {
  type AlertBatch,
  AlertError,
  type GenericMapping,
  parseAlertmanager,
  parseGeneric,
} from '@midwatch/alerts';
import type { Alert, RecordedAlert } from '@midwatch/core/incident';
import type { Responder } from '@midwatch/responder';
import { Hono } from 'hono';
import { HttpProblem } from './http-problem.js';
import { readText } from './read-text.js';

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
  /** After an alert is kept, and before it is acknowledged: wakes whoever does the work. */
  readonly onReceived: (recorded: RecordedAlert, alert: Alert) => void | Promise<void>;
}

const MAX_PROBLEMS = 20;

/** Webhooks of alert sources. 202 says that the alerts are kept; the same again changes nothing. */
export function webhookRoutes(options: WebhookRoutesOptions): Hono {
  const mapping = options.genericMapping ?? defaultGenericMapping;
  const routes = new Hono();
  const accept = (parse: (body: string) => AlertBatch) => async (request: Request) => {
    const batch = parseBatch(await readText(request), parse);
    const incidents = await receiveAll(batch.alerts, options);
    const problems = batch.problems.slice(0, MAX_PROBLEMS).map(({ message }) => message);
    return Response.json({ incidents, ...(problems.length === 0 ? {} : { problems }) }, { status: 202 });
  };
  const alertmanager = accept(parseAlertmanager);
  const generic = accept((body) => parseGeneric(body, mapping));
  routes.post('/alertmanager', (context) => alertmanager(context.req.raw));
  routes.post('/generic', (context) => generic(context.req.raw));
  return routes;
}

function parseBatch(body: string, parse: (body: string) => AlertBatch): AlertBatch {
  let batch: AlertBatch;
  try {
    batch = parse(body);
  } catch (error) {
    if (AlertError.is(error)) throw new HttpProblem(400, error.code, error.message);
    throw error;
  }
  if (batch.alerts.length > 0 || batch.problems.length === 0) return batch;
  const problems = batch.problems.slice(0, MAX_PROBLEMS).map(({ message }) => message);
  throw new HttpProblem(400, 'no-alert', 'no alert of the body can be read', { problems });
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
