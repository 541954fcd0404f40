import * as z from 'zod';
import { AlertError } from './alert-error.js';
import { valuePathSchema } from './value-path.js';

const scalarSchema = z.union([z.string(), z.number(), z.boolean()]);
const wordsSchema = z.array(scalarSchema).min(1).max(50);

const timeSchema = z.strictObject({
  path: valuePathSchema,
  /** `rfc3339`: with its offset, since a time without one means another time on each machine. */
  format: z.enum(['rfc3339', 'seconds', 'milliseconds']),
});

/** The schema of a mapping in a configuration. Unknown fields are refused: a misspelt one would be a field left out. */
export const genericMappingSchema = z.strictObject({
  /** Where the list of alerts is. Without it the body is one alert, or a list of them. All other paths start at one alert. */
  alerts: valuePathSchema.optional(),
  name: valuePathSchema,
  /** Values that mean firing and resolved, compared exactly: `true` is not `"true"`. */
  status: z
    .strictObject({ path: valuePathSchema, firing: wordsSchema, resolved: wordsSchema })
    .refine(({ firing, resolved }) => !firing.some((value) => resolved.includes(value)), {
      error: 'a value cannot mean both firing and resolved',
    }),
  /** When it began. It must stay the same until the alert is resolved: with `fingerprint` it is the incident's key. */
  startsAt: timeSchema,
  endsAt: timeSchema.optional(),
  /** What stays the same when the alert fires anew. @default a text made of name, service, namespace and labels */
  fingerprint: valuePathSchema.optional(),
  /** @default the label names in common use, as for Alertmanager */
  service: valuePathSchema.optional(),
  /** @default the label names in common use, as for Alertmanager */
  namespace: valuePathSchema.optional(),
  severity: valuePathSchema.optional(),
  summary: valuePathSchema.optional(),
  /** An object of texts, numbers and booleans; what is nested in it is left out. */
  labels: valuePathSchema.optional(),
});

/** Which part of another system's webhook body is which part of an alert. */
export type GenericMapping = z.input<typeof genericMappingSchema>;

/**
 * Checks a mapping, once at the start: then it fails where somebody sees it.
 *
 * @throws AlertError `bad-mapping`, with the field and what is wrong about it.
 */
export function parseGenericMapping(mapping: unknown): GenericMapping {
  const parsed = genericMappingSchema.safeParse(mapping);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues
    .slice(0, 5)
    .map(({ path, message }) => `\`${path.map(String).join('.') || 'the mapping'}\`: ${message}`);
  throw new AlertError('bad-mapping', `the mapping cannot be used: ${problems.join('; ')}`);
}
