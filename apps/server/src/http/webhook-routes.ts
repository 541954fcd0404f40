import { type AlertBatch, AlertError, type GenericMapping, SignatureError } from '@midwatch/alerts';
import type { Alert } from '@midwatch/core/incident';
import { IntakeFullError, type ReceivedAlert, type Responder } from '@midwatch/responder';
import { receivedSchema } from './answer-schemas.js';
import { HttpProblem } from './http-problem.js';
import { readBytes } from './read-body.js';
import type { Route, RouteContext } from './route.js';
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
  readonly onReceived: (recorded: ReceivedAlert, alert: Alert, request: ReceivedBy) => void | Promise<void>;
  /** Told how many alerts of a body could not be read. */
  readonly onUnreadable?: ((source: string, count: number) => void) | undefined;
}

/** By which request an alert came. */
export interface ReceivedBy {
  readonly requestId: string;
  /** The name of the address: `alertmanager`, `generic`, ... */
  readonly source: string;
}

const MAX_PROBLEMS = 20;

/** Webhooks of alert sources. 202 says that the alerts are kept; the same again changes nothing. */
export function webhookRoutes(options: WebhookRoutesOptions): readonly Route[] {
  const mapping = options.genericMapping ?? defaultGenericMapping;
  const sources = webhookSources(options.signatures ?? {}, mapping);
  return sources.flatMap((source) =>
    source.methods.map((method): Route => {
      const isSigned = source.proof === 'signature';
      return {
        method,
        path: `/webhooks/${source.name}`,
        operationId: `${method === 'PUT' ? 'put' : 'receive'}-${source.name}`,
        summary: `Alerts of ${source.name === 'generic' ? 'any other system' : source.name}`,
        access: isSigned ? 'signature' : 'webhook',
        body: { description: 'As the source sends it: see docs/alert-sources.md' },
        answers: {
          202: { description: 'Kept; the same again changes nothing', schema: receivedSchema },
          400: { description: 'The body cannot be read' },
          ...(isSigned ? { 401: { description: 'The signature is missing or wrong' } } : {}),
          ...(source.name === 'cloudwatch' ? { 403: { description: 'No SNS topic is configured' } } : {}),
        },
        handle: (context) => accept(context, source, options),
      };
    }),
  );
}

async function accept(
  context: RouteContext,
  source: WebhookSource,
  options: WebhookRoutesOptions,
): Promise<Response> {
  const request = { requestId: context.get('requestId'), source: source.name };
  const batch = await readBatch(context.req.raw, source, options);
  const incidents = await receiveAll(batch.alerts, options, request);
  const problems = messagesOf(batch);
  return context.json({ incidents, ...(problems.length === 0 ? {} : { problems }) }, 202);
}

async function readBatch(
  request: Request,
  source: WebhookSource,
  { onUnreadable }: WebhookRoutesOptions,
): Promise<AlertBatch> {
  const body = await readBytes(request);
  const batch = await source.read({ body, headers: request.headers }).catch((error: unknown) => {
    if (SignatureError.is(error)) throw toRefusal(error);
    if (!AlertError.is(error)) throw error;
    onUnreadable?.(source.name, 1);
    throw new HttpProblem(400, error.code, error.message);
  });
  if (batch.problems.length > 0) onUnreadable?.(source.name, batch.problems.length);
  if (batch.alerts.length > 0 || batch.problems.length === 0) return batch;
  throw new HttpProblem(400, 'no-alert', 'no alert of the body can be read', { problems: messagesOf(batch) });
}

function messagesOf({ problems }: AlertBatch): readonly string[] {
  return problems.slice(0, MAX_PROBLEMS).map(({ message }) => message);
}

interface Received {
  readonly id: string;
  readonly outcome: ReceivedAlert['outcome'];
  readonly alert: string;
}

/** What was kept beside a failure is a repetition when the sender tries again. */
async function receiveAll(
  alerts: readonly Alert[],
  { onReceived, responder }: WebhookRoutesOptions,
  request: ReceivedBy,
): Promise<readonly Received[]> {
  const settled = await responder.receiveAll(alerts);
  const received: Received[] = [];
  for (const [index, alert] of alerts.entries()) {
    const own = settled[index];
    if (own?.status !== 'fulfilled') continue;
    const { incidentId, outcome } = own.value;
    await onReceived(own.value, alert, request);
    received.push({ id: incidentId, outcome, alert: alert.name });
  }
  const failed = settled.find(({ status }) => status === 'rejected');
  if (failed?.status !== 'rejected') return received;
  throw IntakeFullError.is(failed.reason) ? tooBusy() : failed.reason;
}

function tooBusy(): HttpProblem {
  const message = 'too many alerts wait to be kept; send these again';
  return new HttpProblem(503, 'too-busy', message, { headers: { 'retry-after': '2' } });
}
