import { judgements, personVia, scores } from '@midwatch/core/incident';
import * as z from 'zod';

/** Slack and imports have ways of their own. */
const via = z
  .enum(personVia)
  .extract(['api', 'page', 'cli'])
  .default('api')
  .describe('Where a person said it');

export const outcomeBodySchema = z.strictObject({
  judgement: z
    .enum(judgements)
    .describe('Whether the analysis was right; `unknown` when that will never be known'),
  service: z.string().min(1).max(200).exactOptional().describe('Whose fault it truly was'),
  cause: z
    .string()
    .min(1)
    .max(2_000)
    .exactOptional()
    .describe('What it truly was; redacted before it is kept'),
  via,
});

export const usefulnessBodySchema = z.strictObject({
  score: z.literal(scores).describe('From 1, useless, to 5, all that was needed'),
  via,
});

export const silenceBodySchema = z.strictObject({
  minutes: z.int().min(0).max(1_440).describe('For so long; 0 ends it'),
  via,
});

export const actedSchema = z.object({
  outcome: z.enum(['done', 'repeated']).describe('`repeated`: it was done before, or is so already'),
});
