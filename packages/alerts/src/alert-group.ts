import type { Alert } from '@midwatch/core/incident';
import * as z from 'zod';
import type { AlertBatch, AlertProblem } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { fingerprintOf, MAX_ALERTS, MAX_TEXT, webAddress, withoutUndefined } from './alert-fields.js';
import { toTarget } from './label-target.js';
import { parseJson } from './parse-json.js';

const textsSchema = z.record(z.string(), z.coerce.string()).nullish();

/** https://prometheus.io/docs/alerting/latest/configuration/#webhook_config; kept loose, since templates may change it. */
const bodySchema = z.object({
  truncatedAlerts: z.number().int().nonnegative().nullish(),
  alerts: z.array(z.unknown()).nullish(),
});

const alertSchema = z.object({
  status: z.enum(['firing', 'resolved']),
  labels: textsSchema,
  annotations: textsSchema,
  startsAt: z.string(),
  endsAt: z.string().nullish(),
  generatorURL: z.string().nullish(),
  fingerprint: z.string().nullish(),
});

/** Alertmanager's group of alerts, which Grafana sends likewise. */
export interface AlertGroup {
  readonly source: 'alertmanager' | 'grafana';
  /** For the error: "expected ...". */
  readonly expected: string;
  /** What the source tells beyond Alertmanager's fields. */
  readonly enrich?: (alert: Alert, item: unknown) => Alert;
}

/** @throws AlertError when the body is not JSON or holds no `alerts`. */
export function readAlertGroup(body: string, { enrich, expected, source }: AlertGroup): AlertBatch {
  const parsed = bodySchema.safeParse(parseJson(body, expected));
  if (!parsed.success || !Array.isArray(parsed.data.alerts)) {
    throw new AlertError('wrong-shape', `no list \`alerts\` at the top of the body: expected ${expected}`);
  }
  const alerts: Alert[] = [];
  const problems: AlertProblem[] = [];
  for (const [index, item] of parsed.data.alerts.slice(0, MAX_ALERTS).entries()) {
    const alert = toAlert(item, source);
    if (typeof alert === 'string') problems.push({ index, message: `alerts[${index}]: ${alert}` });
    else alerts.push(enrich?.(alert, item) ?? alert);
  }
  const left = parsed.data.alerts.length - MAX_ALERTS;
  if (left > 0)
    problems.push({
      index: MAX_ALERTS,
      message: `${left} alerts beyond the first ${MAX_ALERTS} were not read`,
    });
  return { alerts, problems, truncatedAlerts: (parsed.data.truncatedAlerts ?? 0) + Math.max(0, left) };
}

/** The alert, or what is wrong with it. */
function toAlert(item: unknown, source: AlertGroup['source']): Alert | string {
  const parsed = alertSchema.safeParse(item);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return `\`${issue?.path.map(String).join('.') || 'the alert'}\` ${issue?.message ?? 'is not readable'}`;
  }
  const { status, startsAt, endsAt, generatorURL } = parsed.data;
  const startsAtMs = parseTime(startsAt);
  if (startsAtMs === undefined) return '`startsAt` is not a time';
  const labels = cut(parsed.data.labels);
  const annotations = cut(parsed.data.annotations);
  // Go's zero time means "not ended"; a firing alert in the API even carries an end in the future.
  const endsAtMs = status === 'resolved' && endsAt ? parseTime(endsAt) : undefined;
  const forMs = parseDuration(annotations['for'] ?? labels['for']);
  const runbookUrl = webAddress(annotations['runbook_url'] ?? annotations['runbook']);
  const generatorUrl = webAddress(generatorURL ?? undefined);
  const given = {
    severity: labels['severity'],
    summary: annotations['summary'] ?? annotations['message'] ?? annotations['title'],
    description: annotations['description'],
    endsAtMs,
    forMs,
    generatorUrl,
    runbookUrl,
  };
  return {
    source,
    fingerprint: parsed.data.fingerprint || fingerprintOf(labels),
    status,
    name: labels['alertname'] ?? 'unnamed alert',
    startsAtMs,
    target: toTarget(labels),
    labels,
    annotations,
    ...withoutUndefined(given),
  };
}

function cut(texts: z.infer<typeof textsSchema>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts ?? {}).map(([name, text]) => [name, text.slice(0, MAX_TEXT)]),
  );
}

/** Go's zero time (year 1) stands for "absent" in every field. */
function parseTime(text: string): number | undefined {
  const ms = Date.parse(text);
  return Number.isFinite(ms) && new Date(ms).getUTCFullYear() > 1 ? ms : undefined;
}

/** Prometheus durations such as `5m` or `1h30m`; anything else is absent. */
function parseDuration(text: string | undefined): number | undefined {
  const parts = /^(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,6})s)?$/.exec(text?.trim() ?? '');
  const [, hours = '0', minutes = '0', seconds = '0'] = parts ?? [];
  const ms = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  return ms > 0 ? ms : undefined;
}
