import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import { type AlertBatch, batchOf } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { cutText, labelsOfTags, webAddress, withoutUndefined } from './alert-fields.js';
import { toTarget } from './label-target.js';
import { parseJson } from './parse-json.js';

/**
 * What to paste as the payload of a webhook in Datadog's Webhooks integration: Datadog has no form of its own. All values are
 * quoted, since a variable without a value would break the JSON otherwise.
 */
export const datadogPayload = `{
  "id": "$ID",
  "monitor_id": "$ALERT_ID",
  "cycle": "$ALERT_CYCLE_KEY",
  "transition": "$ALERT_TRANSITION",
  "priority": "$ALERT_PRIORITY",
  "title": "$EVENT_TITLE",
  "text": "$TEXT_ONLY_MSG",
  "status": "$ALERT_STATUS",
  "query": "$ALERT_QUERY",
  "scope": "$ALERT_SCOPE",
  "metric": "$ALERT_METRIC",
  "tags": "$TAGS",
  "date_ms": "$DATE",
  "link": "$LINK"
}`;

/** A variable that Datadog does not know stays as it was written: such a text says nothing. */
const textSchema = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((text) => cutText(/^\$[A-Z_]+$/.test(String(text ?? '')) ? undefined : String(text ?? '')));

const bodySchema = z.object({
  transition: z.string(),
  monitor_id: textSchema,
  cycle: textSchema,
  priority: textSchema,
  title: textSchema,
  text: textSchema,
  status: textSchema,
  query: textSchema,
  scope: textSchema,
  metric: textSchema,
  tags: textSchema,
  date_ms: textSchema,
  link: textSchema,
});
type Body = z.infer<typeof bodySchema>;

const statusOf = new Map<string, Alert['status']>([
  ['Triggered', 'firing'],
  ['Re-Triggered', 'firing'],
  ['No Data', 'firing'],
  ['Re-No Data', 'firing'],
  ['Warn', 'firing'],
  ['Re-Warn', 'firing'],
  ['Renotify', 'firing'],
  ['Recovered', 'resolved'],
]);

const expected = 'the payload `datadogPayload`, to be pasted into the webhook in Datadog';

/**
 * Reads the webhook of a Datadog monitor whose payload is `datadogPayload`, as JSON or form-encoded. Datadog tells when each
 * notification was made and not when the alert began: alerts of one cycle are one alert, whose start is its first notification.
 *
 * @throws AlertError when the body is not that payload, or names a transition that is not known.
 */
export function parseDatadog(body: string): AlertBatch {
  const parsed = bodySchema.safeParse(readForm(body) ?? parseJson(body, expected));
  if (!parsed.success) throw new AlertError('wrong-shape', `no \`transition\`: expected ${expected}`);
  const { transition, date_ms: date, monitor_id: monitor, cycle } = parsed.data;
  // What is sent by the button that tries a webhook out.
  if (transition === '' || transition === 'Null' || transition.startsWith('$')) return batchOf(undefined);
  const status = statusOf.get(transition);
  const atMs = Number(date ?? Number.NaN);
  if (status === undefined)
    throw new AlertError('wrong-shape', `\`transition\` is none of ${[...statusOf.keys()].join(', ')}`);
  if (!Number.isSafeInteger(atMs) || atMs <= 0) {
    throw new AlertError('wrong-shape', '`date_ms` is no number of milliseconds since 1970');
  }
  if (monitor === undefined && cycle === undefined) {
    throw new AlertError('wrong-shape', 'neither `monitor_id` nor `cycle` says which alert it is');
  }
  return batchOf(toAlert(parsed.data, status, atMs));
}

function readForm(body: string): Record<string, string> | undefined {
  return /^[\w.]+=/.test(body) ? Object.fromEntries(new URLSearchParams(body)) : undefined;
}

function toAlert(body: Body, status: Alert['status'], atMs: number): Alert {
  const labels = labelsOfTags([body.scope ?? '', body.tags ?? ''].flatMap((tags) => tags.split(',')));
  return {
    source: 'datadog',
    fingerprint: body.cycle ?? `${body.monitor_id ?? ''}:${body.scope ?? ''}`,
    status,
    name: nameOf(body.title) ?? `monitor ${body.monitor_id ?? ''}`.trim(),
    startsAtMs: atMs,
    isStartUnknown: true,
    target: toTarget(labels),
    labels,
    annotations: withoutUndefined({ query: body.query, metric: body.metric }) as Record<string, string>,
    ...withoutUndefined({
      severity: body.priority,
      summary: body.status ?? body.title,
      description: body.text,
      generatorUrl: webAddress(body.link),
      endsAtMs: status === 'resolved' ? atMs : undefined,
    }),
  };
}

/** The title begins with the transition, `[Triggered on {service:checkout}]`, which differs when the alert recovers. */
function nameOf(title: string | undefined): string | undefined {
  return cutText(title?.replace(/^(?:\[[^\]]{0,300}\]\s*)+/, '')) ?? title;
}
