import type { Brief, Incident } from '@midwatch/core/incident';
import { adviceActions, briefRemedyStates, confidences, verdicts } from '@midwatch/core/incident';
import * as z from 'zod';
import { runningActionSchema } from './action-schemas.js';
import {
  analysisRecordSchema,
  outcomeSchema,
  ownerSchema,
  ratingSchema,
  silenceSchema,
} from './ledger-schemas.js';

const timeMs = () => z.number().describe('Milliseconds since 1970');
const text = () => z.string();
const optionalText = () => z.string().exactOptional();
const texts = () => z.array(z.string());
const status = z.enum(['firing', 'resolved']);
const signalKind = z.enum(['logs', 'metrics', 'traces', 'deploys', 'incidents']);

const querySchema = z.object({
  connectorId: text(),
  language: text(),
  text: text(),
  startMs: timeMs(),
  endMs: timeMs(),
  url: optionalText(),
});

const configurationChange = z.object({
  path: text(),
  before: z.string().nullable(),
  after: z.string().nullable(),
});

const changeOfBrief = z.object({
  findingId: text(),
  service: text(),
  version: optionalText(),
  previousVersion: optionalText(),
  atMs: timeMs(),
  actor: optionalText(),
  changeRequest: optionalText(),
  changeRequestUrl: optionalText(),
  summary: optionalText(),
  changes: z.array(configurationChange),
  query: querySchema.exactOptional(),
});

const numberOfBrief = z.object({
  label: text(),
  unit: text(),
  beforeChange: z.number().exactOptional(),
  before: z.number(),
  now: z.number(),
  peak: z.number(),
  points: z.array(z.tuple([z.number(), z.number()])).describe('Pairs of a time and a value, at most 60'),
  findingId: text(),
  query: querySchema.exactOptional(),
});

const footer = z.object({
  analyzer: text(),
  model: optionalText(),
  pending: optionalText().describe('There while a model still reads'),
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
  notes: texts(),
});

const remedyOfBrief = z
  .object({
    planId: text(),
    state: z.enum(briefRemedyStates),
    title: text(),
    text: text(),
    steps: texts(),
    diff: z.array(configurationChange),
    isReversible: z.boolean(),
    people: z.literal([1, 2]),
    peopleReasons: texts(),
    approvedBy: texts(),
    missing: z.array(z.object({ gate: text(), passed: z.boolean(), reason: text() })),
    choices: z.array(z.enum(['approve', 'reject', 'undo'])).describe('What an approver can do about it now'),
    expiresAtMs: timeMs(),
    undoes: optionalText().describe('The plan that it undoes'),
  })
  .describe('What Midwatch offers to do itself, or did; absent while actions are off');

export const briefSchema = z.object({
  headline: text(),
  status,
  service: text(),
  namespace: optionalText(),
  severity: optionalText(),
  sinceMs: timeMs(),
  verdict: z.enum(verdicts),
  confidence: z.enum(confidences),
  confidenceReason: text(),
  cause: text(),
  suspects: z.array(z.object({ service: text(), reason: text(), victims: texts(), evidence: texts() })),
  numbers: z.array(numberOfBrief),
  change: changeOfBrief.exactOptional(),
  actions: z
    .array(
      z.object({
        action: z.enum(adviceActions),
        title: text(),
        reason: text(),
        command: optionalText(),
        evidence: texts(),
      }),
    )
    .describe('The safest first'),
  remedy: remedyOfBrief.exactOptional(),
  evidence: z.array(z.object({ id: text(), text: text(), queries: z.array(querySchema) })),
  timeline: z.array(z.object({ atMs: timeMs(), text: text() })),
  disprovedBy: texts(),
  seenBefore: optionalText(),
  notChecked: z.array(
    z.object({
      source: text(),
      kind: signalKind,
      state: z.enum(['partial', 'failed', 'not-asked', 'not-configured']),
      reason: text(),
      query: querySchema.exactOptional(),
    }),
  ),
  footer,
}) satisfies z.ZodType<Brief>;

export const incidentSchema = z.object({
  id: text(),
  groupKey: text(),
  title: text(),
  service: optionalText(),
  namespace: optionalText(),
  environment: optionalText(),
  severity: optionalText(),
  status,
  openedAtMs: timeMs(),
  lastAlertAtMs: timeMs(),
  updatedAtMs: timeMs(),
  resolvedAtMs: timeMs().exactOptional(),
  alertCount: z.number(),
  verdict: z.enum(verdicts).exactOptional(),
  confidence: z.enum(confidences).exactOptional(),
  owner: ownerSchema.exactOptional(),
  silence: silenceSchema.exactOptional(),
}) satisfies z.ZodType<Incident>;

const alertSchema = z.looseObject({
  source: text(),
  fingerprint: text(),
  status,
  name: text(),
  startsAtMs: timeMs(),
});

export const incidentListSchema = z.object({
  incidents: z.array(incidentSchema.extend({ action: runningActionSchema.exactOptional() })),
  midwatch: texts()
    .optional()
    .describe('What is amiss with Midwatch itself; absent when nothing is. GET /state tells more'),
  next: z.string().optional().describe('The `cursor` of the next page; absent on the last one'),
});

export const incidentDetailsSchema = incidentSchema.extend({
  brief: briefSchema.exactOptional(),
  outcome: outcomeSchema.exactOptional().describe('The newest'),
  outcomes: z.array(outcomeSchema).describe('Oldest first; the newest 200, as of the two below'),
  ratings: z.array(ratingSchema),
  analyses: z.array(analysisRecordSchema),
  alerts: z.array(z.object({ alert: alertSchema, recordedAtMs: timeMs() })).describe('The first 200'),
  timeline: z
    .array(
      z.object({
        incidentId: optionalText(),
        atMs: timeMs(),
        actor: text(),
        action: text(),
        detail: z.unknown().exactOptional(),
      }),
    )
    .describe('Oldest first; the newest 500'),
});
