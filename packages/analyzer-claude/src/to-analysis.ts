import { type Advice, type Analysis, adviceActions, type TimelineEntry } from '@midwatch/core/incident';
import type { Answer } from './answer-schema.js';
import { toLine } from './to-line.js';

const MAX_HYPOTHESES = 3;
const MAX_TIMELINE = 8;
const MAX_ADVICE = 5;
const MAX_CITATIONS = 12;
const MAX_SUMMARY = 900;
const MAX_NAME = 120;

/**
 * An answer as an `Analysis`, cut to what a brief can show. Advice is in the order of `adviceActions`, whatever order the
 * model gave it in. What it cites and claims is left as it is: that is for `admit()`.
 */
export function toAnalysis(answer: Answer): Analysis {
  return {
    verdict: answer.verdict,
    confidence: answer.confidence,
    confidenceReason: toLine(answer.confidenceReason),
    summary: toLine(answer.summary, MAX_SUMMARY),
    hypotheses: answer.hypotheses.slice(0, MAX_HYPOTHESES).map((hypothesis) => ({
      statement: toLine(hypothesis.statement),
      service: toLine(hypothesis.service, MAX_NAME),
      ...toChange(hypothesis.change),
      evidence: toIds(hypothesis.evidence),
      disprovedBy: toLine(hypothesis.disprovedBy),
    })),
    timeline: answer.timeline
      .flatMap(toEntry)
      .sort((one, other) => one.atMs - other.atMs)
      .slice(0, MAX_TIMELINE),
    advice: answer.advice
      .map(toAdvice)
      .sort((one, other) => adviceActions.indexOf(one.action) - adviceActions.indexOf(other.action))
      .slice(0, MAX_ADVICE),
  };
}

function toAdvice(advice: Answer['advice'][number]): Advice {
  return {
    action: advice.action,
    service: toLine(advice.service, MAX_NAME),
    ...toChange(advice.change),
    reason: toLine(advice.reason),
    evidence: toIds(advice.evidence),
  };
}

/** A time without a zone would be read as local time: an entry like that is left out. */
function toEntry({ at, text, evidence }: Answer['timeline'][number]): readonly TimelineEntry[] {
  const atMs = /^\d{4}-\d\d-\d\dT[\d:.]{5,18}(?:Z|[+-]\d\d:\d\d)$/.test(at) ? Date.parse(at) : Number.NaN;
  return Number.isNaN(atMs) ? [] : [{ atMs, text: toLine(text), evidence: toIds(evidence) }];
}

function toChange(change: string | null | undefined): { change?: string } {
  const id = toLine(change ?? '', MAX_NAME);
  return id === '' ? {} : { change: id };
}

function toIds(evidence: readonly string[]): string[] {
  return evidence.slice(0, MAX_CITATIONS).map((id) => toLine(id, MAX_NAME));
}
