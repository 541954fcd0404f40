import { actionEffects, saidVia } from '@midwatch/core/incident';
import * as z from 'zod';

const timeMs = () => z.number().describe('Milliseconds since 1970');
const text = () => z.string();
const optionalText = () => z.string().exactOptional();

/** What a body about an action may say: nothing is needed. */
export const decisionBodySchema = z.strictObject({
  via: z.enum(saidVia).extract(['api', 'page', 'cli']).default('api').describe('Where a person said it'),
});

const gateSchema = z.object({ gate: text(), passed: z.boolean(), reason: text() });

const recordedActionSchema = z.object({
  planId: text(),
  remedy: text(),
  service: text(),
  target: text(),
  title: optionalText().describe('Absent once the incident is deleted'),
  undoes: optionalText().describe('The plan that it undoes'),
  state: z
    .enum(['begun', 'applied', 'refused', 'unknown'])
    .describe('`begun`: nobody knows yet what came of it'),
  begunAtMs: timeMs(),
  endedAtMs: z.number().exactOptional(),
  effect: z.enum(actionEffects).exactOptional(),
});

const happenedSchema = z.object({
  number: z.number().describe('In the action log'),
  atMs: timeMs(),
  action: text(),
  actor: optionalText().describe('Absent once it was erased with its incident'),
  planId: optionalText(),
  reason: optionalText(),
  gates: z.array(gateSchema).exactOptional().describe('The answer of each gate then'),
});

/** Of one incident. What is offered now stands in its brief, under `remedy`. */
export const incidentActionsSchema = z.object({
  actions: z.array(recordedActionSchema).describe('That were begun, the oldest first'),
  happened: z.array(happenedSchema).describe('What was proposed, asked, decided and done, the oldest first'),
});

/** In a list of incidents. */
export const runningActionSchema = z
  .object({ title: text(), state: z.enum(['running', 'watched', 'unknown']) })
  .describe('What Midwatch did or does to a system, while it is not known whether it helped');

export const logHeadSchema = z.object({
  head: z
    .object({ number: z.number(), hash: text(), atMs: timeMs() })
    .nullable()
    .describe(
      'The newest entry; keep one elsewhere, and a log that was cut or written anew shows. Null while it is empty',
    ),
});

const logEntrySchema = z.object({
  number: z.number(),
  atMs: timeMs(),
  incidentId: optionalText(),
  planId: optionalText(),
  actor: optionalText(),
  action: text(),
  detail: z.unknown(),
  salt: optionalText().describe('Absent once actor and detail were erased'),
  detailHash: text(),
  previousHash: text(),
  hash: text(),
});

export const logPageSchema = z.object({
  entries: z.array(logEntrySchema).describe('As they are hashed, the oldest first'),
  next: optionalText(),
});

/** What is told of an entry's detail; whatever else it holds stays in the log. */
export const toldDetailSchema = z.object({
  reason: z.string().exactOptional(),
  gates: z.array(gateSchema).exactOptional(),
});

export const titleSchema = z.object({ title: z.string() });
