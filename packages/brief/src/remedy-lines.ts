import type { BriefRemedy, BriefRemedyState } from '@midwatch/core/incident';
import { formatTime } from './quantity.js';

/** What Midwatch offers to do itself, or did, before escaping. */

const stateWords: Readonly<Record<BriefRemedyState, string>> = {
  offered: 'Midwatch offers',
  running: 'Under way',
  watched: 'Done, and being watched',
  'not-offered': 'Not offered',
  rejected: 'Rejected',
  expired: 'Expired',
  refused: 'Not done',
  unknown: 'Perhaps done',
  helped: 'Done, and it helped',
  'no-effect': 'Done, without effect',
  worse: 'Done, and worse since',
};

const MAX_GATES = 6;

/** One line: which action, and where it stands. */
export function remedyLine({ state, text, title }: BriefRemedy): string {
  return `${stateWords[state]}: ${title}${text === '' ? '' : `: ${text}`}`;
}

/** What there is to know before somebody agrees, and what is missing. */
export function remedyDetails(remedy: BriefRemedy, nowMs: number): readonly string[] {
  const { approvedBy, expiresAtMs, isReversible, missing, people, state, steps } = remedy;
  const who = people === 1 ? 'one person' : 'two different people';
  const agreed = approvedBy.length === 0 ? '' : `; so far ${approvedBy.join(', ')}`;
  const offer = [
    ...steps.map((step, index) => `${index + 1}. ${step}`),
    `Needs ${who}${agreed}; ${isReversible ? 'can' : 'cannot'} be undone; until ${formatTime(expiresAtMs, nowMs)}`,
  ];
  return [
    ...(state === 'offered' ? offer : []),
    ...missing.slice(0, MAX_GATES).map(({ gate, reason }) => `Missing, ${gate}: ${reason}`),
  ];
}
