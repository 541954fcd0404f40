import { type AnalyzerIdentity, confidences } from '@midwatch/core/incident';
import type { ComparedFigures, ShadowComparisons } from '@midwatch/ledger';
import * as z from 'zod';
import { estimate, ratio, share } from './accuracy-schemas.js';

const identity = () =>
  z.object({
    name: z.string(),
    model: z.string().exactOptional(),
    promptVersion: z.string().exactOptional(),
  }) satisfies z.ZodType<AnalyzerIdentity>;

const figures = () =>
  z.object({
    right: share().describe('The true service first, of those told'),
    precisionAtHigh: estimate().describe('Likewise, of those told that it answered at HIGH'),
    failed: z.number().describe('Questions without an answer that could stand'),
    notAsked: z.number(),
    answers: z.number(),
    usd: z.number(),
    perIncidentUsd: z.number().nullable(),
    unknownPrices: z.number().describe('Answers that no cost counts'),
    time: z.object({ p50Ms: z.number().nullable(), p95Ms: z.number().nullable() }),
  }) satisfies z.ZodType<ComparedFigures>;

const confidence = () => z.enum(confidences).nullable().describe('`null`: insufficient evidence');

export const shadowsSchema = z.object({
  fromMs: z.number(),
  toMs: z.number().describe('Not included'),
  comparisons: z.array(
    z.object({
      shown: identity(),
      shadow: identity(),
      incidents: z.number().describe('That have both answers'),
      sameService: share().describe('Of those in which both name one'),
      sameVerdict: share(),
      confidences: z.array(z.object({ shown: confidence(), shadow: confidence(), count: z.number() })),
      settled: share().describe('Judged right, partly or wrong'),
      told: share().describe('Whose true service an outcome tells, of those settled'),
      outcomes: z.object({
        bothRight: z.number(),
        onlyShownRight: z.number(),
        onlyShadowRight: z.number(),
        bothWrong: z.number(),
      }),
      p: ratio().describe("McNemar's exact test, two-sided"),
      says: z.enum(['too-little', 'no-difference', 'shown-better', 'shadow-better']),
      leastTold: z.number(),
      shownFigures: figures(),
      shadowFigures: figures(),
    }),
  ),
}) satisfies z.ZodType<ShadowComparisons>;
