import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import { type AlertBatch, batchOf } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { cutText, labelsOfTags, withoutUndefined } from './alert-fields.js';
import { toTarget } from './label-target.js';
import { parseJson } from './parse-json.js';

/**
 * https://support.atlassian.com/opsgenie/docs/opsgenie-edge-connector-alert-action-data/. `updatedAt` counts nanoseconds, more
 * than a JavaScript number holds, and is not read.
 */
const bodySchema = z.object({
  action: z.string(),
  alert: z.object({
    alertId: z.string().min(1),
    message: z.string().nullish(),
    createdAt: z.number().nullish(),
    tags: z.array(z.string()).nullish().catch(undefined),
    entity: z.string().nullish(),
    alias: z.string().nullish(),
    priority: z.string().nullish(),
    description: z.string().nullish(),
    details: z.record(z.string(), z.coerce.string()).nullish().catch(undefined),
  }),
});

/** Acknowledgements, notes, owners and the like are no news of an alert. */
const statusOf = new Map<string, Alert['status']>([
  ['Create', 'firing'],
  ['Close', 'resolved'],
  ['Delete', 'resolved'],
]);

const expected = 'the JSON that an Opsgenie webhook integration sends';

/**
 * Reads one action of an Opsgenie webhook integration. Actions other than Create, Close and Delete give no alert and no
 * problem. Labels are the details and the tags of the form `name:value`.
 *
 * @throws AlertError when the body is not JSON or is no action on an alert.
 */
export function parseOpsgenie(body: string): AlertBatch {
  const parsed = bodySchema.safeParse(parseJson(body, expected));
  if (!parsed.success) {
    throw new AlertError('wrong-shape', `no \`action\` and \`alert.alertId\`: expected ${expected}`);
  }
  const { action, alert } = parsed.data;
  const status = statusOf.get(action);
  if (status === undefined) return batchOf(undefined);
  if (alert.createdAt === undefined || alert.createdAt === null) {
    throw new AlertError('wrong-shape', 'no number of milliseconds at `alert.createdAt`');
  }
  const details = Object.entries(alert.details ?? {}).map(([name, value]) => `${name}:${value}`);
  const labels = labelsOfTags([...details, ...(alert.tags ?? [])]);
  const target = toTarget(labels);
  const entity = cutText(alert.entity);
  return batchOf({
    source: 'opsgenie',
    fingerprint: alert.alertId,
    status,
    name: cutText(alert.message) ?? 'Opsgenie alert',
    startsAtMs: alert.createdAt,
    // The entity is what the alert is about, in the words of whoever made the rule: a last resort.
    target: target.service === undefined && entity !== undefined ? { ...target, service: entity } : target,
    labels,
    annotations: {},
    ...withoutUndefined({
      severity: cutText(alert.priority),
      summary: cutText(alert.message),
      description: cutText(alert.description),
    }),
  });
}
