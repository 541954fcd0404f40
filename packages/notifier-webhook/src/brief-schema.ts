import {
  adviceActions,
  type Brief,
  briefCourses,
  briefRemedyStates,
  confidences,
  verdicts,
} from '@midwatch/core/incident';
import * as z from 'zod';

/**
 * Version 1 of what a receiver gets. It only ever gains optional fields; anything else is version 2. Receivers ignore fields
 * that they do not know.
 */

const text = z.string();
/** JSON has no infinity and no NaN: a number that is not known is null. */
const quantity = z.number().nullable();
const timeMs = z.number();

const querySchema = z.object({
  connectorId: text,
  language: text,
  text,
  /** For reading; `text` is what was sent. */
  short: text.exactOptional(),
  startMs: timeMs,
  endMs: timeMs,
  url: text.exactOptional(),
});

const numberSchema = z.object({
  label: text,
  /** UCUM. */
  unit: text,
  beforeChange: quantity.exactOptional(),
  before: quantity,
  now: quantity,
  peak: quantity,
  points: z.array(z.tuple([timeMs, quantity])),
  findingId: text,
  query: querySchema.exactOptional(),
  /** Whose it is, when it is not the alerting service's. */
  service: text.exactOptional(),
  course: z.enum(briefCourses).exactOptional(),
  /** The points as a row of bars, and what its marks mean. */
  chart: z.object({ row: text, legend: text }).exactOptional(),
});

const changeSchema = z.object({
  findingId: text,
  service: text,
  version: text.exactOptional(),
  previousVersion: text.exactOptional(),
  atMs: timeMs,
  actor: text.exactOptional(),
  changeRequest: text.exactOptional(),
  changeRequestUrl: text.exactOptional(),
  summary: text.exactOptional(),
  changes: z.array(z.object({ path: text, before: text.nullable(), after: text.nullable() })),
  query: querySchema.exactOptional(),
  url: text.exactOptional(),
});

/** What Midwatch offers to do itself, or did. Nobody can agree to it by this: approvals go to Midwatch's own addresses. */
const remedySchema = z.object({
  planId: text,
  state: z.enum(briefRemedyStates),
  title: text,
  text,
  steps: z.array(text),
  diff: z.array(z.object({ path: text, before: text.nullable(), after: text.nullable() })),
  isReversible: z.boolean(),
  people: z.literal([1, 2]),
  peopleReasons: z.array(text),
  approvedBy: z.array(text),
  missing: z.array(z.object({ gate: text, passed: z.boolean(), reason: text })),
  choices: z.array(z.enum(['approve', 'reject', 'undo'])),
  expiresAtMs: timeMs,
  /** The plan that it undoes. */
  undoes: text.exactOptional(),
});

const footerSchema = z.object({
  analyzer: text,
  model: text.exactOptional(),
  pending: text.exactOptional(),
  collectedMs: z.number(),
  sources: z.object({ asked: z.number(), answered: z.number() }),
  read: z.object({
    logs: z.number(),
    metrics: z.number(),
    traces: z.number(),
    deploys: z.number(),
    incidents: z.number(),
  }),
  costUsd: z.number().exactOptional(),
  withheld: z.number(),
  notes: z.array(text),
});

const briefSchema = z.object({
  headline: text,
  standing: text.exactOptional(),
  owner: text.exactOptional(),
  status: z.enum(['firing', 'resolved']),
  service: text,
  namespace: text.exactOptional(),
  severity: text.exactOptional(),
  sinceMs: timeMs,
  verdict: z.enum(verdicts),
  confidence: z.enum(confidences),
  confidenceReason: text,
  cause: text,
  suspects: z.array(
    z.object({ service: text, reason: text, victims: z.array(text), evidence: z.array(text) }),
  ),
  numbers: z.array(numberSchema),
  runbook: z.object({ title: text, path: text.exactOptional(), url: text.exactOptional() }).exactOptional(),
  change: changeSchema.exactOptional(),
  actions: z.array(
    z.object({
      action: z.enum(adviceActions),
      title: text,
      reason: text,
      command: text.exactOptional(),
      evidence: z.array(text),
    }),
  ),
  remedy: remedySchema.exactOptional(),
  evidence: z.array(z.object({ id: text, text, queries: z.array(querySchema) })),
  timeline: z.array(z.object({ atMs: timeMs, text })),
  disprovedBy: z.array(text),
  seenBefore: text.exactOptional(),
  notChecked: z.array(
    z.object({
      source: text,
      kind: z.enum(['logs', 'metrics', 'traces', 'deploys', 'incidents']),
      state: z.enum(['partial', 'failed', 'not-asked', 'not-configured']),
      reason: text,
      query: querySchema.exactOptional(),
    }),
  ),
  footer: footerSchema,
});

/** Checks what came in at a receiver, after its signature. Texts are telemetry's: escape them for wherever they go. */
export const webhookPayloadSchema = z.object({
  type: z.literal('midwatch.brief'),
  schemaVersion: z.literal(1),
  /** When the brief was made, RFC 3339. */
  timestamp: text,
  data: z.object({
    /** The same for every brief of one incident: the later `timestamp` replaces the earlier. */
    incidentId: text,
    brief: briefSchema,
  }),
});

/** The body of one delivery, version 1. */
export type WebhookPayload = z.infer<typeof webhookPayloadSchema>;

type DeepReadonly<T> = { readonly [K in keyof T]: DeepReadonly<T[K]> };

/** Fails to compile when core's brief and version 1 go apart. */
export function toSchemaInput(brief: Brief): DeepReadonly<z.input<typeof briefSchema>> {
  return brief;
}
