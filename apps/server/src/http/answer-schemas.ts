import { changeSchema } from '@midwatch/core/incident';
import * as z from 'zod';

export const problemSchema = z.object({
  error: z.object({
    code: z.string().describe('kebab-case; what programs may rely on'),
    message: z.string().describe('What was wrong, and what to do'),
    problems: z.array(z.string()).optional().describe('What was wrong with single parts of the body'),
    requestId: z.string().describe('The `x-request-id` of this answer; the log has it, too'),
  }),
});

export const receivedSchema = z.object({
  incidents: z.array(
    z.object({
      id: z.string().describe("The incident's; of a heartbeat, which has none, `heartbeat`"),
      outcome: z.enum(['opened', 'joined', 'resolved', 'repeated', 'heartbeat']),
      alert: z.string().describe("The alert's name"),
    }),
  ),
  problems: z.array(z.string()).optional().describe('Of alerts in the body that could not be read'),
});

export const toldChangesSchema = z.union([changeSchema, z.array(changeSchema).max(1_000)]);

export const recordedChangesSchema = z.object({
  changes: z.array(z.object({ id: z.string(), outcome: z.enum(['added', 'repeated']) })),
  problems: z.array(z.string()).optional(),
});

export const changeListSchema = z.object({
  changes: z.array(
    z.object({
      id: z.string(),
      timestampMs: z.number(),
      recordedAtMs: z.number(),
      service: z.string(),
      namespace: z.string().optional(),
      version: z.string().optional(),
      previousVersion: z.string().optional(),
      summary: z.string().optional(),
      actor: z.string().optional(),
      url: z.string().optional(),
      changes: z.array(
        z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() }),
      ),
    }),
  ),
  total: z.number().describe('How many fit the query, beyond the limit too'),
});

export const spendingSchema = z.object({
  today: z.object({
    usd: z.number(),
    services: z.array(z.object({ service: z.string().optional(), usd: z.number() })),
  }),
  budgets: z.object({
    perIncidentUsd: z.number(),
    perServiceAndDayUsd: z.number(),
    perDayUsd: z.number(),
  }),
});

export const stateSchema = z.object({ status: z.string() });

/** Its form is OpenAPI's own. */
export const documentSchema = z.looseObject({ openapi: z.string() });
