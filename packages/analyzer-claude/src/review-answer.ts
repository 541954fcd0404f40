import * as z from 'zod';
import { closedObject } from './closed-object.js';
import type { ModelUsage } from './model-usage.js';
import { parseAnswer } from './parse-answer.js';

const reviewAnswers = ['no-veto', 'veto'] as const;

/** The reason comes first, so that the word follows from it. */
export const reviewJsonSchema: Readonly<Record<string, unknown>> = closedObject({
  reason: { type: 'string' },
  answer: { type: 'string', enum: [...reviewAnswers] },
});

/** A no-veto without a reason is no answer: nobody could tell what was looked at. */
export const reviewSchema = z.object({ reason: z.string().regex(/\S/), answer: z.enum(reviewAnswers) });
export type ReviewAnswer = z.infer<typeof reviewSchema>;

/** A message of the API as a review. Throws as `parseModelMessage()` does. */
export function parseReviewMessage(message: unknown): ReviewAnswer & { readonly usage?: ModelUsage } {
  const { answer, ...billed } = parseAnswer(message, reviewSchema);
  return { ...answer, ...billed };
}
