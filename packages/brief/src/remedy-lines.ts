import type { BriefRemedy } from '@midwatch/core/incident';
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

const headings = {
  offered: 'Midwatch can do this, once it is approved',
  running: 'Midwatch is doing this',
  watched: 'Midwatch did this',
  helped: 'Midwatch did this',
  'no-effect': 'Midwatch did this',
  worse: 'Midwatch did this',
  unknown: 'Midwatch may have done this',
  refused: 'Midwatch did not do this',
  rejected: 'Midwatch does not do this',
  expired: 'Midwatch does not do this',
  'not-offered': 'Midwatch does not offer this',
} as const satisfies Record<BriefRemedy['state'], string>;

export function remedyLines(remedy: BriefRemedy): RemedyLines {
  const { diff, isReversible, missing, state, steps, text, title, undoes } = remedy;
  const isOpen = state === 'offered' || state === 'running' || state === 'unknown';
  const what = undoes === undefined ? title : `${title} (undoes what was done before)`;
  return {
    heading: `${headings[state]}: ${what}`,
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
