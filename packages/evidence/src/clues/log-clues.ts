import type { LogPatternFinding } from '@midwatch/core/incident';
import { judgement } from '../judgement.js';
import type { LogPattern } from '../log-patterns/find-log-patterns.js';
import { formatNumber, formatTime } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import { quoteTemplate } from '../wording/say-template.js';
import type { Clue } from './clue.js';
import { isErrorLevel } from './error-texts.js';

const { newErrorGain, knownErrorGain, warningGain, otherGain } = judgement.lines;

/** One clue per pattern that changed. `isNewText`: an error that the fleet's baseline does not know. */
export function toLogClue(pattern: LogPattern, isNewText: boolean): Clue {
  const isError = isErrorLevel(pattern.level);
  const recedes = pattern.change === 'gone' || pattern.change === 'down';
  const full = isError
    ? isNewText
      ? newErrorGain
      : knownErrorGain
    : pattern.level === 'warn'
      ? warningGain
      : otherGain;
  // An error that ended is the recovery of the baseline.
  const gain = pattern.strength * (isError && recedes ? 0 : full);
  return {
    family: isError || pattern.level === 'warn' ? 'errors' : 'traffic',
    blamed: gain > 0 ? pattern.service : undefined,
    gain,
    affected: [],
    mayBeSymptom: true,
    draft: {
      kind: 'log-pattern',
      ...(pattern.service === undefined ? {} : { service: pattern.service }),
      statement: statementOf(pattern, isError && !isNewText),
      strength: pattern.strength * (isError && !isNewText ? 0.3 : 1),
      ...(pattern.onsetMs === undefined ? {} : { onsetMs: pattern.onsetMs }),
      signalIds: pattern.signalIds.slice(0, 20),
      signalCount: pattern.signalCount,
      queryIds: pattern.queryIds.slice(0, 10),
      template: pattern.template,
      example: pattern.example.slice(0, 2000),
      ...(pattern.level === undefined ? {} : { level: pattern.level }),
      change: pattern.change,
      window: pattern.window,
      baseline: pattern.baseline,
      firstSeenMs: pattern.firstSeenMs,
      lastSeenMs: pattern.lastSeenMs,
      traceIds: pattern.traceIds.slice(0, 20),
    },
  };
}

const words: Record<LogPatternFinding['change'], string> = {
  new: 'is new',
  gone: 'stopped',
  up: 'grew',
  down: 'fell',
  steady: 'goes on',
};

function statementOf(pattern: LogPattern, isKnownError: boolean): string {
  const { window, baseline, change } = pattern;
  const level = pattern.level === undefined ? '' : `${pattern.level} `;
  const count = `${window.count} in the window (${formatNumber(window.ratePerMinute)}/min), ${baseline.count} in the baseline (${formatNumber(baseline.ratePerMinute)}/min)`;
  const since = pattern.onsetMs === undefined ? '' : ` since ${formatTime(pattern.onsetMs)}`;
  const known = isKnownError ? '; the fleet writes this error in the baseline too' : '';
  return `${cut(pattern.service ?? 'unknown service', 80)} ${level}${quoteTemplate(pattern.template, 160)} ${words[change]}${since}: ${count}${known}.`;
}
