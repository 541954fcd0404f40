import { type Notification, NotifierError } from '@midwatch/core/incident';
import { toSchemaInput, webhookPayloadSchema } from './brief-schema.js';

const MAX_TEXT = 8000;
const MAX_ITEMS = 200;
const MAX_BODY = 1024 * 1024;

/** The body, exactly as version 1 says: fields that core's brief may gain stay out until the version names them. */
export function toBody({ brief, incidentId, nowMs }: Notification, notifierId: string): string {
  const fail = (message: string) => new NotifierError({ code: 'bad-message', notifierId, message });
  if (!Number.isFinite(new Date(nowMs).getTime())) throw fail('`nowMs` is not a time');
  const payload = {
    type: 'midwatch.brief',
    schemaVersion: 1,
    timestamp: new Date(nowMs).toISOString(),
    data: { incidentId, brief: toSchemaInput(brief) },
  };
  const parsed = webhookPayloadSchema.safeParse(JSON.parse(JSON.stringify(payload, cut)));
  if (!parsed.success) {
    const place = parsed.error.issues[0]?.path.map(String).join('.') ?? 'the top';
    throw fail(`the brief does not fit version 1 of the schema, at ${place}`);
  }
  const body = JSON.stringify(parsed.data);
  if (body.length > MAX_BODY) throw fail('the brief is larger than 1 MiB');
  return body;
}

/** Far above what a brief holds; half a command would be worse than none. */
function cut(key: string, value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MAX_ITEMS);
  if (typeof value !== 'string') return value;
  if (value.length <= MAX_TEXT) return value.toWellFormed();
  if (key === 'command') return undefined;
  return `${value.slice(0, MAX_TEXT - 1).replace(/[\ud800-\udbff]$/, '')}…`.toWellFormed();
}
