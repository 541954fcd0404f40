import { type AdmittedAnalysis, type AnalysisUsage, totalCostUsd } from '@midwatch/core/incident';
import type { Judged } from './judge-bundle.js';
import { type ReadBundle, toResult } from './read-bundle.js';
import { type IncidentResult, scoreIncidents } from './score.js';

/** One analyzer over some incidents; `top1`, `top3`, `answered` and `abstained` are shares from 0 to 1. */
export interface AnalyzerScore {
  readonly incidents: number;
  readonly top1: number;
  readonly top3: number;
  /** The verdict is `cause-found`. */
  readonly answered: number;
  /** The verdict is `insufficient-evidence`. */
  readonly abstained: number;
  readonly high: { readonly count: number; readonly correct: number };
}

export interface Counted {
  readonly count: number;
  readonly byReason: Readonly<Record<string, number>>;
}

/** Of one model, for all answers together. */
export type UsageTotal = Required<Omit<AnalysisUsage, 'costUsd'>> & {
  readonly answers: number;
  /** `null` while the price of one is not known. */
  readonly costUsd: number | null;
};

export interface ModelScore {
  /** The evidence alone, on the same incidents. */
  readonly evidence: AnalyzerScore;
  /** What people would have read: where the model's answer does not stand, the evidence's does. */
  readonly claude: AnalyzerScore;
  /** Only the incidents where the model's answer stands, and only whom it names itself. */
  readonly ownAnswers: AnalyzerScore;
  readonly fellBack: Counted;
  /** Where a larger model was asked, or would be. */
  readonly escalated: Counted;
  readonly usage: readonly UsageTotal[];
  /** Of everything that was billed; `null` while the price of a model is not known. */
  readonly costUsd: number | null;
}

export interface JudgedBundle {
  readonly bundle: ReadBundle;
  readonly judged: Judged;
}

/** The evidence analyzer and the model side by side. */
export function scoreAnalyzers(all: readonly JudgedBundle[]): ModelScore {
  const own = all.filter(({ judged }) => judged.fellBack === undefined);
  const billed = all.flatMap(({ judged }) => judged.analysis.usage ?? []);
  return {
    evidence: scoreOf(all.map(({ bundle }) => toResult(bundle, bundle.analysis))),
    claude: scoreOf(all.map(({ bundle, judged }) => toResult(bundle, judged.analysis))),
    ownAnswers: scoreOf(own.map(({ bundle, judged }) => toResult(withoutSuspects(bundle), judged.analysis))),
    fellBack: countReasons(all.map(({ judged }) => judged.fellBack)),
    escalated: countReasons(all.map(({ judged }) => judged.analysis.escalation?.reason)),
    usage: [...Map.groupBy(billed, ({ model }) => model)].map(([model, usage]) => sumUsage(model, usage)),
    costUsd: roundedCost(billed),
  };
}

/** What an incident's line tells besides what it tells of every analyzer. */
export function toModelDetails({ analysis, fellBack }: Judged) {
  const { escalation } = analysis;
  return {
    analyzer: analysis.analyzer.model ?? analysis.analyzer.name,
    ...(fellBack === undefined ? {} : { fellBack }),
    ...(escalation === undefined
      ? {}
      : { escalation: { reason: escalation.reason, outcome: escalation.outcome } }),
    costUsd: roundedCost(analysis.usage ?? []),
  };
}

function scoreOf(results: readonly IncidentResult[]): AnalyzerScore {
  const { incidents, top1, top3, answered, high } = scoreIncidents(results, []);
  const silent = results.filter(({ verdict }) => verdict === 'insufficient-evidence').length;
  const abstained = Number((silent / Math.max(1, results.length)).toFixed(4));
  return { incidents, top1, top3, answered, abstained, high };
}

function withoutSuspects(bundle: ReadBundle): ReadBundle {
  const { input } = bundle;
  return { ...bundle, input: { ...input, evidence: { ...input.evidence, suspects: [] } } };
}

function countReasons(reasons: readonly (string | undefined)[]): Counted {
  const given = reasons.filter((reason) => reason !== undefined);
  const counts = [...Map.groupBy(given, (reason) => reason)]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([reason, those]) => [reason, those.length] as const);
  return { count: given.length, byReason: Object.fromEntries(counts) };
}

function sumUsage(model: string, usage: readonly AnalysisUsage[]): UsageTotal {
  const sum = (of: (each: AnalysisUsage) => number) => usage.reduce((total, each) => total + of(each), 0);
  return {
    model,
    answers: usage.length,
    inputTokens: sum(({ inputTokens }) => inputTokens),
    cacheWriteTokens: sum(({ cacheWriteTokens }) => cacheWriteTokens),
    cacheReadTokens: sum(({ cacheReadTokens }) => cacheReadTokens),
    outputTokens: sum(({ outputTokens }) => outputTokens),
    thinkingTokens: sum(({ thinkingTokens }) => thinkingTokens),
    costUsd: roundedCost(usage),
  };
}

function roundedCost(usage: AdmittedAnalysis['usage'] & object): number | null {
  const usd = totalCostUsd(usage);
  return usd === undefined ? null : Number(usd.toFixed(9));
}

/** What a person reads below the scores. */
export function sayModelScore(score: ModelScore): string {
  const { evidence, claude, ownAnswers, fellBack, escalated, usage, costUsd } = score;
  const line = (name: string, { incidents, top1, top3, answered, abstained, high }: AnalyzerScore) =>
    `  ${name}: ${incidents} incidents, top-1 ${top1}, top-3 ${top3}, answered ${answered}, abstained ${abstained}, ` +
    `HIGH ${high.count} of which ${high.correct} right\n`;
  const tokens = usage.map(
    ({ model, answers, inputTokens, cacheReadTokens, cacheWriteTokens, outputTokens, costUsd: usd }) =>
      `  ${model}: ${answers} answers, ${inputTokens + cacheReadTokens + cacheWriteTokens} tokens in, ` +
      `${outputTokens} out, ${sayUsd(usd)}\n`,
  );
  return [
    line('the evidence alone', evidence),
    line('claude, as in production', claude),
    line('claude, its own answers', ownAnswers),
    `  fell back to the evidence: ${sayCounted(fellBack)}; larger model: ${sayCounted(escalated)}\n`,
    ...tokens,
    `  in all ${sayUsd(costUsd)}\n`,
  ].join('');
}

function sayCounted({ count, byReason }: Counted): string {
  const reasons = Object.entries(byReason).map(([reason, times]) => `${reason} ${times}`);
  return reasons.length === 0 ? String(count) : `${count} (${reasons.join(', ')})`;
}

export function sayUsd(usd: number | null): string {
  return usd === null ? 'a price that is not known' : `$${usd.toFixed(usd < 1 ? 5 : 2)}`;
}
