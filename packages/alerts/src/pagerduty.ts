import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import { type AlertBatch, batchOf } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { cutText, parseTime, webAddress, withoutUndefined } from './alert-fields.js';
import { parseJson } from './parse-json.js';

const nameSchema = z.object({ summary: z.string().nullish() }).nullish();

/** https://developer.pagerduty.com/docs/webhooks-overview; kept loose, since large events may be trimmed. */
const eventSchema = z.object({
  event: z.object({ event_type: z.string(), occurred_at: z.string().nullish(), data: z.unknown() }),
});

const incidentSchema = z.object({
  id: z.string().min(1),
  title: z.string().nullish(),
  created_at: z.string().nullish(),
  incident_key: z.string().nullish(),
  html_url: z.string().nullish(),
  urgency: z.string().nullish(),
  service: nameSchema,
  priority: nameSchema,
});

/** Everything else, such as notes (our own among them), acknowledgements and pings, is no news of an alert. */
const statusOf = new Map<string, Alert['status']>([
  ['incident.triggered', 'firing'],
  ['incident.reopened', 'firing'],
  ['incident.resolved', 'resolved'],
]);

const expected = 'the JSON of a PagerDuty v3 webhook subscription';

/**
 * Reads one event of a PagerDuty v3 webhook subscription. An event that neither opens nor resolves an incident, such as
 * `incident.annotated` or `pagey.ping`, gives no alert and no problem.
 *
 * The event names PagerDuty's service and nothing of the telemetry behind it: the target's service is its name there.
 *
 * @throws AlertError when the body is not JSON, is no event, or tells no incident.
 */
export function parsePagerDuty(body: string): AlertBatch {
  const parsed = eventSchema.safeParse(parseJson(body, expected));
  if (!parsed.success) throw new AlertError('wrong-shape', `no \`event.event_type\`: expected ${expected}`);
  const { data, event_type: type, occurred_at: occurredAt } = parsed.data.event;
  const status = statusOf.get(type);
  if (status === undefined) return batchOf(undefined);
  const incident = incidentSchema.safeParse(data);
  // One that is reopened fires anew, from then on; "created_at" stays that of the first time.
  const beganAt = type === 'incident.reopened' ? occurredAt : undefined;
  const startsAtMs = parseTime(beganAt ?? incident.data?.created_at ?? occurredAt);
  if (!incident.success || startsAtMs === undefined) {
    throw new AlertError(
      'wrong-shape',
      'no incident with `id` and `created_at` at `event.data`: expected a whole PagerDuty incident',
    );
  }
  return batchOf(toAlert(incident.data, { status, startsAtMs, occurredAtMs: parseTime(occurredAt) }));
}

function toAlert(
  incident: z.infer<typeof incidentSchema>,
  {
    occurredAtMs,
    startsAtMs,
    status,
  }: Pick<Alert, 'status' | 'startsAtMs'> & { occurredAtMs: number | undefined },
): Alert {
  const service = cutText(incident.service?.summary);
  const title = cutText(incident.title);
  return {
    source: 'pagerduty',
    fingerprint: incident.id,
    status,
    name: title ?? 'PagerDuty incident',
    startsAtMs,
    target: withoutUndefined({ service }),
    labels: withoutUndefined({ incident_key: cutText(incident.incident_key) }) as Record<string, string>,
    annotations: {},
    ...withoutUndefined({
      severity: cutText(incident.priority?.summary) ?? cutText(incident.urgency),
      summary: title,
      generatorUrl: webAddress(incident.html_url ?? undefined),
      endsAtMs: status === 'resolved' ? occurredAtMs : undefined,
    }),
  };
}
