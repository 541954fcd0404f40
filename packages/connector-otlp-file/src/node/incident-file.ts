import { ConnectorError, type TimeWindow } from '@midwatch/core';
import * as z from 'zod';

/** RFC 3339 in either case, with any number of fractional digits, as `Date.parse` reads it. */
const timeSchema = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i)
  .transform((text) => Date.parse(text))
  .refine((ms) => !Number.isNaN(ms));
const windowSchema = z.object({ start: timeSchema, end: timeSchema });
const incidentSchema = z.object({
  id: z.string().min(1),
  namespace: z.string().min(1).optional(),
  now: timeSchema,
  window: windowSchema,
  baseline: windowSchema,
});

/** What `incident.json` says: when to look, and what healthy looked like. */
export interface BundledIncident {
  readonly id: string;
  readonly namespace?: string;
  readonly nowMs: number;
  readonly window: TimeWindow;
  /** May lie after `nowMs`: it is healthy time, not future. */
  readonly baseline: TimeWindow;
}

const expected: Readonly<Record<string, string>> = {
  id: 'a text that is not empty',
  namespace: 'a text that is not empty, or leave it out',
  now: 'a time as in RFC 3339, such as "2026-11-23T03:41:00Z"',
  window: '{ "start": time, "end": time }',
  baseline: '{ "start": time, "end": time }',
};

/** `path` stands in errors, which say which field is wrong and what it must be. */
export function parseIncidentFile(text: string, path: string): BundledIncident {
  const parsed = incidentSchema.safeParse(parseJsonFile(text, path));
  if (!parsed.success) {
    const issue = parsed.error.issues[0]?.path.map(String) ?? [];
    const field = issue.join('.');
    if (field === '') throw bundleError(path, 'must be a JSON object');
    throw bundleError(
      path,
      `\`${field}\` must be ${expected[issue.length > 1 ? 'now' : field] ?? 'as documented'}`,
    );
  }
  const { id, namespace, now, window, baseline } = parsed.data;
  return {
    id,
    ...(namespace === undefined ? {} : { namespace }),
    nowMs: now,
    window: toWindow(window, 'window', path),
    baseline: toWindow(baseline, 'baseline', path),
  };
}

function toWindow({ start, end }: z.infer<typeof windowSchema>, field: string, path: string): TimeWindow {
  if (end <= start) throw bundleError(path, `\`${field}.end\` must be later than \`${field}.start\``);
  return { startMs: start, endMs: end };
}

export function parseJsonFile(text: string, path: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    throw bundleError(path, 'is not JSON: write one JSON object, or export the bundle again');
  }
}

export function bundleError(path: string, message: string): ConnectorError {
  return new ConnectorError({ code: 'config', connectorId: 'otlp-file', message: `${path}: ${message}` });
}
