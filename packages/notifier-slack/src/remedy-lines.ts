import { type Brief, type BriefRemedy, briefRemedyWords } from '@midwatch/core/incident';
import { formatTime } from './quantity.js';
import { toProse } from './safe-text.js';
import type { Part } from './section-budget.js';

/** What Midwatch offers to do itself, or did: in words that a person can decide on without another page. */

/** Alternatives, the fullest first; see `Part`. */
type Line = readonly string[];

const MAX_STEP = 400;
const MAX_STEPS = 8;
const MAX_ALL_STEPS = 1200;
const MAX_CHANGES = 5;
const MAX_GATES = 6;
const MAX_PEOPLE = 4;

/** Where it is decided on when there is nothing to press. */
const ELSEWHERE =
  "Nothing to press here: that takes a bot token and a signing secret. Decide on the incident's page.";

export function remedyPart(
  remedy: BriefRemedy | undefined,
  nowMs: number,
  { hasButtons, share }: { readonly hasButtons: boolean; readonly share: number },
): Part {
  if (remedy === undefined) return { title: '', share: 0, lines: [] };
  const { choices, missing, state, text, title } = remedy;
  const word = briefRemedyWords[state];
  const isOpen = state === 'offered' || state === 'running';
  // The same in one line as in several below it.
  const isListed = state === 'not-offered' && missing.some(({ gate }) => text.includes(gate));
  const said = text === '' || isListed ? [] : [[toProse(`→ ${text}`, 400)]];
  return {
    title: '',
    share,
    lines: [
      [`*${word}: ${toProse(title, 200) || 'an action'}*`],
      ...said,
      ...(isOpen ? stepLines(remedy) : []),
      ...(state === 'offered' ? offerLines(remedy, nowMs) : []),
      ...missingLines(remedy),
      ...(choices.length > 0 && !hasButtons ? [[ELSEWHERE]] : []),
    ],
  };
}

/** Steps are agreed to as a whole: all of them stand in the message as they are, or nobody agrees to them from there. */
export function areStepsWhole({ steps }: Pick<BriefRemedy, 'steps'>): boolean {
  if (steps.length === 0 || steps.length > MAX_STEPS) return false;
  if (steps.some((step) => step.length > MAX_STEP || toStep(step).endsWith('…'))) return false;
  return steps.reduce((sum, step) => sum + toStep(step).length + 4, 0) <= MAX_ALL_STEPS;
}

function toStep(step: string): string {
  return toProse(step, MAX_STEP);
}

function stepLines(remedy: BriefRemedy): readonly Line[] {
  if (!areStepsWhole(remedy))
    return [["Its steps cannot be shown whole here: read and decide on the incident's page."]];
  return [[remedy.steps.map((step, index) => `${index + 1}. ${toStep(step)}`).join('\n')]];
}

function offerLines(remedy: BriefRemedy, nowMs: number): readonly Line[] {
  const { approvedBy, diff, expiresAtMs, isReversible, people, peopleReasons } = remedy;
  const reasons = peopleReasons.slice(0, MAX_PEOPLE).join('; ');
  const who = people === 1 ? 'One person must agree' : 'Two different people must agree';
  const agreed =
    approvedBy.length === 0
      ? 'nobody has yet'
      : `so far ${toProse(approvedBy.slice(0, MAX_PEOPLE).join(', '), 200)}`;
  return [
    ...changeLines(diff),
    [`${who}${reasons === '' ? '' : ` (${toProse(reasons, 300)})`}: ${agreed}`],
    [`${isReversible ? 'Can be undone' : 'Cannot be undone'} · until ${localTime(expiresAtMs, nowMs)}`],
  ];
}

function changeLines(diff: BriefRemedy['diff']): readonly Line[] {
  const shown = diff.slice(0, MAX_CHANGES).map(({ after, before, path }) => {
    const [from, to] = [before ?? '(absent)', after ?? '(removed)'].map((value) => toProse(value, 80));
    return [`• ${toProse(path, 120)}: ${from ?? ''} → ${to ?? ''}`];
  });
  const left = diff.length - shown.length;
  return left === 0 ? shown : [...shown, [`• and ${left} more that change with it`]];
}

function missingLines({ missing }: BriefRemedy): readonly Line[] {
  const shown = missing.slice(0, MAX_GATES).map(({ gate, reason }) => {
    return [`• missing, ${toProse(gate.replaceAll('-', ' '), 40)}: ${toProse(reason, 240)}`];
  });
  const left = missing.length - shown.length;
  return left === 0 ? shown : [...shown, [`• and ${left} more that are missing`]];
}

const MAX_DATE_MS = 8.64e15;

/** Slack shows it in the reader's own time. https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
function localTime(atMs: number, nowMs: number): string {
  const words = formatTime(atMs, nowMs);
  if (!(Math.abs(atMs) <= MAX_DATE_MS)) return words;
  return `<!date^${Math.floor(atMs / 1000)}^{time}|${words}>`;
}

/** For the sentence on a lock screen. */
export function remedySentence({ remedy }: Pick<Brief, 'remedy'>): readonly string[] {
  if (remedy === undefined) return [];
  return [`${briefRemedyWords[remedy.state].toLowerCase()}: ${toProse(remedy.title, 100)}`];
}
