import type {
  AnalysisGap,
  AnalysisState,
  AnalysisUsage,
  Confidence,
  Escalation,
  Judgement,
  NewAnalysis,
  NewOutcome,
  NewRating,
  Outcome,
  Rating,
  RecordedAnalysis,
  SaidVia,
  Score,
  Verdict,
} from '@midwatch/core/incident';
import { toNanoUsd } from './spending-request.js';
import { fromStoredJson, toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

/** What stands in every row of the ledger beside what is recorded. */
export interface LedgerKey {
  incident_id: string;
  number: number;
  at_ms: number;
}

/** Columns are named as in the migration. */
export interface PreparedAnalysis {
  look: number;
  state: AnalysisState;
  was_shown: number;
  is_shadow: number;
  analyzer: string;
  model: string | null;
  prompt_version: string | null;
  verdict: string | null;
  confidence: string | null;
  stated_confidence: string | null;
  uncalibrated_confidence: string | null;
  first_service: string | null;
  services: string;
  source_set: string;
  gaps: string;
  escalation: string | null;
  collect_ms: number | null;
  reduce_ms: number | null;
  format_ms: number | null;
  analyze_ms: number | null;
  brief_ms: number;
  answered_by: string | null;
  input_tokens: number | null;
  cache_write_tokens: number | null;
  cache_read_tokens: number | null;
  output_tokens: number | null;
  thinking_tokens: number | null;
  nano_usd: number | null;
  reason: string | null;
  bundle_key: string | null;
  signatures: string | null;
}
export type AnalysisRow = LedgerKey & PreparedAnalysis & { service: string | null };

export interface PreparedOutcome {
  judgement: Judgement;
  service: string | null;
  cause: string | null;
  said_by: string | null;
  via: SaidVia;
}
export type OutcomeRow = LedgerKey & PreparedOutcome;

export interface PreparedRating {
  score: Score;
  said_by: string | null;
}
export type RatingRow = LedgerKey & PreparedRating;

const optional = (text: string | undefined, what: string) =>
  text === undefined ? null : toStoredText(text, what);
const duration = (ms: number | undefined) => (ms === undefined ? null : toStoredTime(ms, 'a duration'));

export function prepareAnalysis(analysis: NewAnalysis): PreparedAnalysis {
  const { analyzer, services, timings, usage } = analysis;
  return {
    look: toStoredTime(analysis.look, "a look's number"),
    state: analysis.state,
    was_shown: Number(analysis.wasShown),
    is_shadow: Number(analysis.isShadow),
    analyzer: toStoredText(analyzer.name, "an analyzer's name"),
    model: optional(analyzer.model, 'a model'),
    prompt_version: optional(analyzer.promptVersion, 'a prompt version'),
    verdict: analysis.verdict ?? null,
    confidence: analysis.confidence ?? null,
    stated_confidence: analysis.statedConfidence ?? null,
    uncalibrated_confidence: analysis.uncalibratedConfidence ?? null,
    first_service: optional(services[0], 'a service'),
    services: toStoredJson(services, "an analysis's services") ?? '[]',
    source_set: toStoredText(analysis.sourceSet, 'a source set'),
    gaps: toStoredJson(analysis.gaps, "an analysis's gaps") ?? '[]',
    escalation: toStoredJson(analysis.escalation, 'an escalation'),
    collect_ms: duration(timings.collectMs),
    reduce_ms: duration(timings.reduceMs),
    format_ms: duration(timings.formatMs),
    analyze_ms: duration(timings.analyzeMs),
    brief_ms: toStoredTime(timings.briefMs, 'a duration'),
    ...prepareUsage(usage),
    reason: optional(analysis.reason, 'a reason'),
    bundle_key: optional(analysis.bundleKey, "a bundle's key"),
    signatures: toStoredJson(analysis.signatures, "an analysis's signatures"),
  };
}

function prepareUsage(usage: AnalysisUsage | undefined) {
  const tokens = (count: number | undefined) =>
    count === undefined ? null : toStoredTime(count, 'a number of tokens');
  return {
    answered_by: optional(usage?.model, 'a model'),
    input_tokens: tokens(usage?.inputTokens),
    cache_write_tokens: tokens(usage?.cacheWriteTokens),
    cache_read_tokens: tokens(usage?.cacheReadTokens),
    output_tokens: tokens(usage?.outputTokens),
    thinking_tokens: tokens(usage?.thinkingTokens),
    nano_usd: usage?.costUsd === undefined ? null : toNanoUsd(usage.costUsd),
  };
}

export function prepareOutcome({ by, cause, judgement, service, via }: NewOutcome): PreparedOutcome {
  return {
    judgement,
    service: optional(service, 'a service'),
    cause: optional(cause, 'a cause'),
    said_by: toStoredText(by, 'a name'),
    via,
  };
}

export function prepareRating({ by, score }: NewRating): PreparedRating {
  return { score, said_by: toStoredText(by, 'a name') };
}

/** What goes when the incident is deleted. */
export const analysisTexts = { reason: null, bundle_key: null, signatures: null } as const;
export const outcomeTexts = { cause: null, said_by: null } as const;
export const ratingTexts = { said_by: null } as const;

export function toOutcome(row: Omit<OutcomeRow, 'incident_id' | 'number'>): Outcome {
  return {
    atMs: Number(row.at_ms),
    judgement: row.judgement,
    by: row.said_by ?? '',
    via: row.via,
    ...(row.service === null ? {} : { service: row.service }),
    ...(row.cause === null ? {} : { cause: row.cause }),
  };
}

export function toRating(row: RatingRow): Rating {
  return { atMs: Number(row.at_ms), score: Number(row.score) as Score, by: row.said_by ?? '' };
}

export function toAnalysis(row: AnalysisRow): RecordedAnalysis {
  const usage = toUsage(row);
  const {
    analyzer: name,
    bundle_key: bundleKey,
    model,
    prompt_version: promptVersion,
    reason,
    service,
  } = row;
  return {
    incidentId: row.incident_id,
    number: Number(row.number),
    atMs: Number(row.at_ms),
    ...(service === null ? {} : { service }),
    look: Number(row.look),
    state: row.state,
    wasShown: Number(row.was_shown) === 1,
    isShadow: Number(row.is_shadow) === 1,
    analyzer: {
      name,
      ...(model === null ? {} : { model }),
      ...(promptVersion === null ? {} : { promptVersion }),
    },
    ...(row.verdict === null ? {} : { verdict: row.verdict as Verdict }),
    ...(row.confidence === null ? {} : { confidence: row.confidence as Confidence }),
    ...(row.stated_confidence === null ? {} : { statedConfidence: row.stated_confidence as Confidence }),
    ...(row.uncalibrated_confidence === null
      ? {}
      : { uncalibratedConfidence: row.uncalibrated_confidence as Confidence }),
    services: fromStoredJson(row.services) as readonly string[],
    sourceSet: row.source_set,
    gaps: fromStoredJson(row.gaps) as readonly AnalysisGap[],
    signatures: (fromStoredJson(row.signatures) ?? []) as readonly string[],
    timings: toTimings(row),
    ...(usage === undefined ? {} : { usage }),
    ...(reason === null ? {} : { reason }),
    ...(bundleKey === null ? {} : { bundleKey }),
    ...(row.escalation === null ? {} : { escalation: fromStoredJson(row.escalation) as Escalation }),
  };
}

function toTimings(row: AnalysisRow): RecordedAnalysis['timings'] {
  return {
    ...(row.collect_ms === null ? {} : { collectMs: Number(row.collect_ms) }),
    ...(row.reduce_ms === null ? {} : { reduceMs: Number(row.reduce_ms) }),
    ...(row.format_ms === null ? {} : { formatMs: Number(row.format_ms) }),
    ...(row.analyze_ms === null ? {} : { analyzeMs: Number(row.analyze_ms) }),
    briefMs: Number(row.brief_ms),
  };
}

function toUsage(row: AnalysisRow): AnalysisUsage | undefined {
  if (row.answered_by === null) return undefined;
  return {
    model: row.answered_by,
    inputTokens: Number(row.input_tokens),
    cacheWriteTokens: Number(row.cache_write_tokens),
    cacheReadTokens: Number(row.cache_read_tokens),
    outputTokens: Number(row.output_tokens),
    thinkingTokens: Number(row.thinking_tokens),
    ...(row.nano_usd === null ? {} : { costUsd: Number(row.nano_usd) / 1e9 }),
  };
}
