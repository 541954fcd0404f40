import { adviceActions, confidences, verdicts } from '@midwatch/core/incident';
import * as z from 'zod';
import { closedObject } from './closed-object.js';

const text = { type: 'string' } as const;
const ids = { type: 'array', items: text } as const;
const change = { anyOf: [text, { type: 'null' }], description: 'Id of a change finding (D...)' } as const;

/**
 * The form of the answer, in the order in which it is written: what happened, what explains it, and only then the verdict.
 * Written by hand and equal for every call, since another byte means another prompt version and a grammar compiled anew.
 */
export const answerJsonSchema: Readonly<Record<string, unknown>> = closedObject({
  timeline: {
    type: 'array',
    items: closedObject({
      at: { type: 'string', format: 'date-time' },
      text,
      evidence: ids,
    }),
  },
  hypotheses: {
    type: 'array',
    items: closedObject({
      statement: text,
      service: text,
      change,
      evidence: ids,
      disprovedBy: text,
    }),
  },
  verdict: { type: 'string', enum: [...verdicts] },
  confidence: { type: 'string', enum: [...confidences] },
  confidenceReason: text,
  summary: text,
  advice: {
    type: 'array',
    items: closedObject({
      action: { type: 'string', enum: [...adviceActions] },
      service: text,
      change,
      reason: text,
      evidence: ids,
    }),
  },
});

/** The same form, checked: the API promises shape only, and a gateway in front of it not even that. Unknown fields are dropped. */
export const answerSchema = z.object({
  timeline: z.array(z.object({ at: z.string(), text: z.string(), evidence: z.array(z.string()) })),
  hypotheses: z.array(
    z.object({
      statement: z.string(),
      service: z.string(),
      change: z.string().nullish(),
      evidence: z.array(z.string()),
      disprovedBy: z.string(),
    }),
  ),
  verdict: z.enum(verdicts),
  confidence: z.enum(confidences),
  confidenceReason: z.string(),
  summary: z.string(),
  advice: z.array(
    z.object({
      action: z.enum(adviceActions),
      service: z.string(),
      change: z.string().nullish(),
      reason: z.string(),
      evidence: z.array(z.string()),
    }),
  ),
});
export type Answer = z.infer<typeof answerSchema>;
