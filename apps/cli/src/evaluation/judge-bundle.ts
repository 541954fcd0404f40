import { parseModelMessage } from '@midwatch/analyzer-claude';
import type { AdmittedAnalysis, Analyzer } from '@midwatch/core/incident';
import { judge, type Purse } from '@midwatch/responder';
import { parts } from '../investigation-parts.js';
import type { BatchFailureCode, BatchResult } from './read-batch-results.js';
import type { ReadBundle } from './read-bundle.js';

/** For each of both models, as in production. */
const DEADLINE_MS = 25_000;

export interface Judged {
  /** What stands: the model's answer, else the evidence's. */
  readonly analysis: AdmittedAnalysis;
  /** Why the model's answer does not stand, as a code; absent when it does. */
  readonly fellBack?: string;
}

export interface JudgeBundleInput {
  readonly analyzer: Analyzer;
  readonly largerAnalyzer?: Analyzer | undefined;
  readonly purse?: Purse;
}

/** `judge()` as in production; it is also told why an answer does not stand. */
export async function judgeBundle(
  { analysis: otherwise, input }: Pick<ReadBundle, 'analysis' | 'input'>,
  { analyzer, largerAnalyzer, purse }: JudgeBundleInput,
): Promise<Judged> {
  const watched = watch(analyzer);
  let isRefused = false;
  const analysis = await judge({
    analyzer: watched.analyzer,
    largerAnalyzer,
    input,
    admit: parts.admit,
    signal: new AbortController().signal,
    deadlineMs: DEADLINE_MS,
    otherwise,
    async purse(asked, about) {
      const grant = (await purse?.(asked, about)) ?? { settle: async () => undefined };
      if ('refusal' in grant && asked === watched.analyzer) isRefused = true;
      return grant;
    },
  });
  if (analysis.analyzer.name !== otherwise.analyzer.name) return { analysis };
  return { analysis, fellBack: isRefused ? 'over-budget' : watched.why() };
}

/** Remembers how the question ended. What was answered and does not stand rests on nothing that was found. */
function watch(analyzer: Analyzer): { readonly analyzer: Analyzer; why(): string } {
  let why = 'timeout';
  return {
    analyzer: {
      ...analyzer,
      async analyze(input, call) {
        try {
          const answer = await analyzer.analyze(input, call);
          why = 'nothing-admitted';
          return answer;
        } catch (error) {
          why = codeOf(error);
          throw error;
        }
      },
    },
    why: () => why,
  };
}

function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'failed';
}

/** Stands for the model: answers with what a batch brought. */
export function createRecordedAnalyzer(result: BatchResult): Analyzer {
  const model = 'message' in result ? modelOf(result.message) : undefined;
  return {
    name: 'claude',
    ...(model === undefined ? {} : { model }),
    async analyze() {
      if ('failure' in result) throw new BatchFailure(result.failure);
      return parseModelMessage(result.message);
    },
  };
}

class BatchFailure extends Error {
  override readonly name = 'BatchFailure';
  readonly code: BatchFailureCode;

  constructor(code: BatchFailureCode) {
    super(`the batch has no message: ${code}`);
    this.code = code;
  }
}

function modelOf(message: unknown): string | undefined {
  const model =
    typeof message === 'object' && message !== null && 'model' in message ? message.model : undefined;
  return typeof model === 'string' && /^[\w./:@-]{1,80}$/.test(model) ? model : undefined;
}

/** Stands for the larger model that nobody asks: with it, `judge()` says where it would be asked, and why. */
export const absentLargerAnalyzer: Analyzer = {
  name: 'larger-model',
  analyze: () => Promise.reject(new BatchFailure('missing')),
};

/** Asks the larger model nothing, and everybody else everything. */
export const withoutLargerModel: Purse = async (analyzer) =>
  analyzer === absentLargerAnalyzer
    ? { refusal: 'it was not part of this evaluation' }
    : { settle: async () => undefined };
