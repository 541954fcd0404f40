import * as z from 'zod';

const timeMs = () => z.number().describe('Milliseconds since 1970');
const text = z.string().trim().min(1);

export const stopRequestSchema = z.object({
  reason: text.max(500).describe('For people; every brief shows it'),
  by: text.max(80).optional().describe('Who says so'),
});

const stoppedSchema = z.object({ by: z.string(), atMs: timeMs(), reason: z.string() });

export const switchedSchema = z.object({ stopped: stoppedSchema.nullable() });

export const readinessSchema = z.object({
  status: z.string().describe('`ok`, `degraded`, or that the store does not answer'),
  reasons: z
    .array(z.enum(['stopped', 'source', 'heartbeat', 'first-looks', 'not-watched']))
    .optional()
    .describe('Why it is degraded; GET /state tells more'),
});

const backlogSchema = z.object({
  waiting: z.number(),
  running: z.number(),
  failed: z.number().describe('Given up: for people to see to'),
  dueSinceMs: timeMs().optional(),
});

export const selfStateSchema = z.object({
  stopped: stoppedSchema.optional().describe('Absent while models and actions are allowed'),
  blind: z.array(
    z.object({
      kind: z.enum(['source', 'heartbeat', 'first-looks']),
      name: z.string(),
      sinceMs: timeMs(),
      text: z.string(),
    }),
  ),
  sources: z.array(
    z.object({
      id: z.string(),
      state: z.enum(['ok', 'failing']),
      isDead: z.boolean(),
      sinceMs: timeMs(),
      checkedAtMs: timeMs(),
      lastOkMs: timeMs().optional(),
      failedChecks: z.number(),
      detail: z.string().optional(),
    }),
  ),
  heartbeats: z.array(
    z.object({
      name: z.string(),
      everyMs: z.number(),
      heardAtMs: timeMs().optional(),
      isMissing: z.boolean(),
    }),
  ),
  firstLooks: z
    .object({
      count: z.number(),
      complete: z.number(),
      failed: z.number(),
      undelivered: z.number(),
      measuredAtMs: timeMs(),
    })
    .optional(),
  watchedAtMs: timeMs().optional().describe('When Midwatch looked at itself last'),
  queues: z.object({ steps: backlogSchema, deliveries: backlogSchema }),
});

const deadShape = {
  incidentId: z.string(),
  key: z.string(),
  attempts: z.number(),
  error: z.string().optional(),
  finishedAtMs: timeMs().optional(),
};

export const deadLetterListSchema = z.object({
  deliveries: z.array(z.object({ ...deadShape, channel: z.string() })),
  steps: z
    .array(
      z.object({
        ...deadShape,
        kind: z.string().describe('`collect`, `analyze`, ...'),
        isRequeueable: z.boolean().describe('False for steps of actions: nobody does them again'),
      }),
    )
    .describe('Given up; empty on later pages'),
  next: z.string().optional().describe('The `cursor` of the next page; absent on the last one'),
});

export const requeuedSchema = z.object({
  requeued: z.boolean().describe('False when it is not dead any more'),
});
