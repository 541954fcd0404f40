import { type Calibration, confidences, tallyDimensions } from '@midwatch/core/incident';
import type { Accuracy, Estimate, Figures, LevelFigures, Share, TimeFigures } from '@midwatch/ledger';
import * as z from 'zod';

export const ratio = () => z.number().min(0).max(1);

export const share = () =>
  z.object({
    count: z.number(),
    of: z.number(),
    share: ratio().nullable().describe('`null` of nothing'),
  }) satisfies z.ZodType<Share>;

export const estimate = () =>
  z.object({
    ...share().shape,
    lower: ratio().describe("Wilson's interval at 95 %"),
    upper: ratio(),
  }) satisfies z.ZodType<Estimate>;

const times = () =>
  z.object({
    count: z.number(),
    p50Ms: z.number().nullable(),
    p95Ms: z.number().nullable(),
  }) satisfies z.ZodType<TimeFigures>;

const level = () =>
  z.object({
    count: z.number(),
    settled: share(),
    right: z.number(),
    partly: z.number(),
    wrong: z.number(),
    unknown: z.number().describe('Judged, and not settled'),
    precision: estimate().describe('Right, of those settled'),
  }) satisfies z.ZodType<LevelFigures>;

const calibration = () =>
  z.object({
    analyzer: z.object({
      name: z.string(),
      model: z.string().exactOptional(),
      promptVersion: z.string().exactOptional(),
    }),
    settled: z.number().describe('By people, at HIGH as it would have been shown without calibration'),
    right: z.number(),
    shrunk: ratio().describe('Right of settled, shrunk to the 0.9 that HIGH stands for'),
    ceiling: z
      .object({ confidence: z.enum(confidences), reasons: z.array(z.string()) })
      .describe('The most that it is shown at; without reasons where nothing is lowered'),
  }) satisfies z.ZodType<Calibration>;

const figures = () =>
  z.object({
    incidents: z.number(),
    attempted: share().describe('That have an analysis, of all'),
    answered: share().describe('With the verdict `cause-found`, of those attempted'),
    abstained: share().describe('Insufficient evidence, of those attempted'),
    settled: share().describe('Judged right, partly or wrong, of all'),
    coverageAtHigh: share().describe('At HIGH, of all'),
    levels: z.object({ HIGH: level(), MEDIUM: level(), LOW: level() }),
    falsePositivesAtHigh: estimate().describe('Wrong, of the settled at HIGH'),
    top1: share().describe('The true service first, of those whose outcome names one'),
    top3: share(),
    calibration: z.object({
      settled: z.number(),
      brier: z.number().nullable(),
      ece: z.number().nullable(),
      reliability: z.array(
        z.object({ confidence: z.enum(confidences), stated: ratio(), observed: estimate() }),
      ),
    }),
    usefulness: z.object({ count: z.number(), mean: z.number().nullable() }),
    timeToBrief: times(),
    timeToResolve: times(),
    cost: z.object({
      answers: z.number(),
      usd: z.number(),
      perIncidentUsd: z.number().nullable(),
      unknownPrices: z.number().describe('Answers that no cost counts'),
    }),
  }) satisfies z.ZodType<Figures>;

export const accuracySchema = z.object({
  fromMs: z.number(),
  toMs: z.number().describe('Not included'),
  by: z.enum(tallyDimensions).exactOptional(),
  all: figures(),
  groups: z.array(
    z.object({
      key: z.string().exactOptional().describe('A name, or the first day of a period'),
      isOther: z.boolean().describe('All beyond the 20 names of most incidents, or the last 120 periods'),
      figures: figures(),
    }),
  ),
  calibrations: z
    .array(calibration())
    .describe(
      'What each analyzer may claim at `toMs`, by the 180 days before it; at most 20, of most cases first',
    ),
}) satisfies z.ZodType<Accuracy>;
