import {
  confidences,
  escalationReasons,
  judgements,
  type Outcome,
  type Rating,
  type RecordedAnalysis,
  saidVia,
  scores,
  verdicts,
} from '@midwatch/core/incident';
import * as z from 'zod';

const timeMs = () => z.number().describe('Milliseconds since 1970');
const text = () => z.string();
const optionalText = () => z.string().exactOptional();
const optionalNumber = () => z.number().exactOptional();

export const ownerSchema = z.object({ by: text(), atMs: timeMs() }).describe('Who is on it');

export const silenceSchema = z
  .object({ untilMs: timeMs(), by: text(), atMs: timeMs() })
  .describe('No new message goes out until then; it stays here when it is over');

export const outcomeSchema = z.object({
  judgement: z.enum(judgements),
  service: optionalText().describe('Whose fault it truly was'),
  cause: optionalText().describe('What it truly was'),
  by: text(),
  via: z.enum(saidVia).describe('`action`: Midwatch settled it itself'),
  atMs: timeMs(),
}) satisfies z.ZodType<Outcome>;

export const ratingSchema = z.object({
  score: z.literal(scores),
  by: text(),
  atMs: timeMs(),
}) satisfies z.ZodType<Rating>;

const analyzer = z.object({ name: text(), model: optionalText(), promptVersion: optionalText() });

const usage = z.object({
  model: text(),
  inputTokens: z.number(),
  cacheWriteTokens: z.number(),
  cacheReadTokens: z.number(),
  outputTokens: z.number(),
  thinkingTokens: z.number(),
  costUsd: optionalNumber().describe('Absent where the price is not known'),
});

const escalation = z.object({
  reason: z.enum(escalationReasons),
  from: z.object({
    analyzer,
    verdict: z.enum(verdicts),
    confidence: z.enum(confidences),
    service: optionalText(),
  }),
  outcome: z.enum(['confirmed', 'changed', 'failed', 'not-asked']),
});

const gap = z.object({
  source: text(),
  kind: z.enum(['logs', 'metrics', 'traces', 'deploys', 'incidents']),
  state: z.enum(['partial', 'failed', 'not-asked', 'not-configured']),
});

export const analysisRecordSchema = z.object({
  incidentId: text(),
  number: z.number(),
  atMs: timeMs(),
  service: optionalText(),
  look: z.number(),
  state: z.enum(['admitted', 'failed', 'not-asked']),
  reason: optionalText(),
  wasShown: z.boolean(),
  isShadow: z.boolean(),
  analyzer,
  verdict: z.enum(verdicts).exactOptional(),
  confidence: z.enum(confidences).exactOptional(),
  statedConfidence: z.enum(confidences).exactOptional().describe('Before a ceiling lowered it'),
  uncalibratedConfidence: z
    .enum(confidences)
    .exactOptional()
    .describe("Before the analyzer's record lowered it; absent where it did not"),
  services: z.array(text()).describe('Whom it ranks, at most three, the likeliest first'),
  signatures: z.array(text()),
  gaps: z.array(gap),
  sourceSet: text(),
  timings: z.object({
    collectMs: optionalNumber(),
    reduceMs: optionalNumber(),
    formatMs: optionalNumber(),
    analyzeMs: optionalNumber(),
    briefMs: z.number(),
  }),
  usage: usage.exactOptional(),
  bundleKey: optionalText(),
  escalation: escalation.exactOptional(),
}) satisfies z.ZodType<RecordedAnalysis>;
