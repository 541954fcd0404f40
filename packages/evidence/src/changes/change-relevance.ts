import type { ConfigurationChange, DeploySignal } from '@midwatch/core';
import { ratioOf } from './configuration-value.js';
import { isLimit, type Theme, themesOf, wordsOf } from './word-themes.js';

/** What is known to go wrong with a service, in words: its error lines, its shifted metrics, the kind of its faults. */
export interface SymptomWords {
  readonly words: ReadonlySet<string>;
  readonly themes: ReadonlySet<Theme>;
}

export interface ChangeRelevance {
  /** 0 to 1: how well the change explains the symptoms. */
  readonly relevance: number;
  /** The changed value that explains them best. */
  readonly decisive: ConfigurationChange | undefined;
  /** It took capacity away and fits the symptoms: then hours may pass until load makes it felt. */
  readonly bitesUnderLoad: boolean;
}

const any = 0.2;
const sharedTheme = 0.4;
const sharedWords = 0.15;
const loweredLimit = 0.25;
/** A new version with unknown content may do anything. */
const codeOnly = 0.3;
const uninformative = new Set([
  'env',
  'config',
  'yaml',
  'deployment',
  'spec',
  'value',
  'app',
  'service',
  'data',
  'file',
  'the',
  'of',
  'in',
  'to',
  'is',
]);

export function relevanceOf(deploy: DeploySignal, symptoms: SymptomWords): ChangeRelevance {
  let best: ChangeRelevance = { relevance: codeOnly, decisive: undefined, bitesUnderLoad: false };
  for (const change of deploy.changes.slice(0, 200)) {
    const words = wordsOf(change.path);
    const ratio = ratioOf(change);
    const fits = [...themesOf(words)].some((theme) => symptoms.themes.has(theme));
    const shares = [...words].some(
      (word) => word.length > 2 && !uninformative.has(word) && symptoms.words.has(word),
    );
    const lowered = ratio !== undefined && ratio < 1 && isLimit(words);
    const relevance =
      any + (fits ? sharedTheme : 0) + (shares ? sharedWords : 0) + (lowered ? loweredLimit : 0);
    if (relevance > best.relevance) {
      best = {
        relevance: Math.min(1, relevance),
        decisive: change,
        bitesUnderLoad: lowered && (fits || shares),
      };
    }
  }
  return best;
}

/** The changed values, decisive first, then numbers, then the rest in their order. */
export function orderChanges(
  deploy: DeploySignal,
  decisive: ConfigurationChange | undefined,
): readonly ConfigurationChange[] {
  const rank = (change: ConfigurationChange): number =>
    change === decisive ? 0 : ratioOf(change) === undefined ? 2 : 1;
  return deploy.changes.toSorted((a, b) => rank(a) - rank(b)).slice(0, mostChanges);
}

const mostChanges = 50;
