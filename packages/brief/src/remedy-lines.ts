import { type BriefRemedy, briefRemedyWords } from '@midwatch/core/incident';
import { changedValueLine } from './brief-lines.js';

/** What Midwatch offers to do or did, in lines before escaping. */
export interface RemedyLines {
  readonly heading: string;
  /** Where it stands, who approved it, what it waits for. */
  readonly state: string;
  /** Exactly what is done, in order; only while that can still matter. */
  readonly steps: readonly string[];
  readonly diff: readonly string[];
  /** What stands against it, or should be known before anybody agrees. */
  readonly notes: readonly string[];
}

const MAX_STEPS = 6;
const MAX_DIFF = 5;
const MAX_MISSING = 6;

export function remedyLines(remedy: BriefRemedy): RemedyLines {
  const { diff, isReversible, missing, state, steps, text, title, undoes } = remedy;
  const isOpen = state === 'offered' || state === 'running' || state === 'unknown';
  const what = undoes === undefined ? title : `${title} (undoes what was done before)`;
  return {
    heading: `${briefRemedyWords[state]}: ${what}`,
    state: `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`,
    steps: isOpen ? withRest(steps, MAX_STEPS) : [],
    diff: isOpen ? withRest(diff.map(changedValueLine), MAX_DIFF) : [],
    notes: [
      ...(state === 'offered' && !isReversible ? ['it cannot be undone'] : []),
      ...(state === 'offered' || state === 'not-offered'
        ? withRest(
            missing.map(({ gate, reason }) => `${gate}: ${reason}`),
            MAX_MISSING,
          )
        : []),
    ],
  };
}

function withRest(lines: readonly string[], most: number): readonly string[] {
  const more = lines.length - most;
  return more > 0 ? [...lines.slice(0, most), `and ${more} more`] : lines;
}
