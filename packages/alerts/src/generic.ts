import type { Target } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import type { AlertBatch, AlertProblem } from './alert-batch.js';
import { AlertError } from './alert-error.js';
import { fingerprintOf, MAX_ALERTS, MAX_TEXT, withoutUndefined } from './alert-fields.js';
import { type GenericMapping, parseGenericMapping } from './generic-mapping.js';
import { toTarget } from './label-target.js';
import { parseJson } from './parse-json.js';
import { describeValue, pathText, readPath, type ValuePath } from './value-path.js';

const MAX_LABELS = 200;

/**
 * Reads the webhook body of any system that sends JSON, by a mapping. An alert that cannot be read becomes a problem that
 * names the field, the path and what was found there; a field that is not needed is left out then, and said likewise.
 *
 * @throws AlertError when the body is not JSON or holds no list where the mapping says, or when the mapping is wrong.
 */
export function parseGeneric(body: string, mapping: GenericMapping): AlertBatch {
  const checked = parseGenericMapping(mapping);
  const items = listOf(parseJson(body, 'JSON, which is all that a mapping can read'), checked);
  const alerts: Alert[] = [];
  const problems: AlertProblem[] = [];
  for (const [index, item] of items.slice(0, MAX_ALERTS).entries()) {
    const report = (message: string) => problems.push({ index, message: `alerts[${index}]: ${message}` });
    const alert = toAlert(item, checked, report);
    if (alert !== undefined) alerts.push(alert);
  }
  const left = Math.max(0, items.length - MAX_ALERTS);
  if (left > 0) {
    const message = `${left} alerts beyond the first ${MAX_ALERTS} were not read`;
    problems.push({ index: MAX_ALERTS, message });
  }
  return { alerts, problems, truncatedAlerts: left };
}

function listOf(body: unknown, { alerts }: GenericMapping): readonly unknown[] {
  if (alerts === undefined) {
    if (Array.isArray(body)) return body;
    if (typeof body === 'object' && body !== null) return [body];
    throw new AlertError('wrong-shape', `expected an object or a list, found ${kindOf(body)}`);
  }
  const found = readPath(body, alerts);
  if (Array.isArray(found)) return found;
  throw new AlertError(
    'wrong-shape',
    `no list of alerts at \`${pathText(alerts)}\`, where the mapping's \`alerts\` leads: found ${kindOf(found)}`,
  );
}

/** Errors never quote the body. */
function kindOf(value: unknown): string {
  return typeof value === 'string' ? `a text of ${value.length} characters` : describeValue(value);
}

type Report = (message: string) => void;

/** The alert; `undefined` when something that it needs is missing, which is reported. */
function toAlert(item: unknown, mapping: GenericMapping, report: Report): Alert | undefined {
  const read = (field: keyof GenericMapping, path: ValuePath | undefined) =>
    path === undefined ? undefined : readText(item, field, path, report);
  const name = readText(item, 'name', mapping.name, report, true);
  const status = readStatus(item, mapping.status, report);
  const startsAtMs = readTime(item, 'startsAt', mapping.startsAt, report);
  if (name === undefined || status === undefined || startsAtMs === undefined) return undefined;

  const labels = readLabels(item, mapping.labels, report);
  const target: Target = {
    ...toTarget(labels),
    ...withoutUndefined({
      service: read('service', mapping.service),
      namespace: read('namespace', mapping.namespace),
    }),
  };
  const endsAt = status === 'resolved' ? mapping.endsAt : undefined;
  const given = {
    severity: read('severity', mapping.severity) ?? labels['severity'],
    summary: read('summary', mapping.summary),
    endsAtMs: endsAt === undefined ? undefined : readTime(item, 'endsAt', endsAt, report, false),
  };
  const { service = '', namespace = '' } = target;
  return {
    source: 'generic',
    fingerprint:
      read('fingerprint', mapping.fingerprint) ??
      fingerprintOf({ ...labels, '(name)': name, '(service)': service, '(namespace)': namespace }),
    status,
    name,
    startsAtMs,
    target,
    labels,
    annotations: {},
    ...withoutUndefined(given),
  };
}

/** A text or a number, trimmed and cut. */
function readText(
  item: unknown,
  field: string,
  path: ValuePath,
  report: Report,
  isNeeded = false,
): string | undefined {
  const found = readPath(item, path);
  const text = typeof found === 'string' || typeof found === 'number' ? String(found).trim() : '';
  if (text !== '') return text.slice(0, MAX_TEXT);
  const isAbsent = found === undefined || found === null || found === '';
  if (isNeeded || !isAbsent)
    report(`${placeOf(field, path)}: expected a text, found ${describeValue(found)}`);
  return undefined;
}

function readStatus(
  item: unknown,
  { path, firing, resolved }: GenericMapping['status'],
  report: Report,
): Alert['status'] | undefined {
  const found = readPath(item, path);
  if (firing.some((value) => value === found)) return 'firing';
  if (resolved.some((value) => value === found)) return 'resolved';
  const known = [...firing, ...resolved].map((value) => JSON.stringify(value)).join(', ');
  report(`${placeOf('status', path)}: expected one of ${known}, found ${describeValue(found)}`);
  return undefined;
}

/** From 2000 to 2100: outside of it the unit is wrong. */
const EARLIEST_MS = Date.UTC(2000, 0);
const LATEST_MS = Date.UTC(2100, 0);

function readTime(
  item: unknown,
  field: string,
  { path, format }: GenericMapping['startsAt'],
  report: Report,
  isNeeded = true,
): number | undefined {
  const found = readPath(item, path);
  if (!isNeeded && (found === undefined || found === null || found === '')) return undefined;
  const ms = format === 'rfc3339' ? parseRfc3339(found) : parseEpoch(found, format);
  if (ms !== undefined && ms >= EARLIEST_MS && ms < LATEST_MS) return Math.floor(ms);
  const wanted =
    format === 'rfc3339' ? 'a time with its offset, such as 2026-11-02T03:41:00Z' : `${format} since 1970`;
  report(`${placeOf(field, path)}: expected ${wanted}, found ${describeValue(found)}`);
  return undefined;
}

function parseRfc3339(value: unknown): number | undefined {
  const isTime =
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:?\d{2})$/.test(value);
  const ms = isTime ? Date.parse(value.replace(' ', 'T')) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

function parseEpoch(value: unknown, format: 'seconds' | 'milliseconds'): number | undefined {
  const isNumber =
    typeof value === 'number' || (typeof value === 'string' && /^\d{1,20}(\.\d{1,9})?$/.test(value));
  return isNumber ? Number(value) * (format === 'seconds' ? 1000 : 1) : undefined;
}

function readLabels(item: unknown, path: ValuePath | undefined, report: Report): Record<string, string> {
  if (path === undefined) return {};
  const found = readPath(item, path);
  if (found === undefined || found === null) return {};
  if (typeof found !== 'object' || Array.isArray(found)) {
    report(`${placeOf('labels', path)}: expected an object, found ${describeValue(found)}`);
    return {};
  }
  const scalars = Object.entries(found).filter(([, value]) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  );
  return Object.fromEntries(
    scalars.slice(0, MAX_LABELS).map(([name, value]) => [name, String(value).slice(0, MAX_TEXT)]),
  );
}

function placeOf(field: string, path: ValuePath): string {
  return `\`${field}\` at \`${pathText(path)}\``;
}
