import type { Brief } from '@midwatch/core/incident';
import {
  actionLine,
  causeLines,
  changeLines,
  chartLines,
  disproofLine,
  evidenceLine,
  notCheckedLine,
  numberLines,
  runbookLine,
  statusLines,
  suspectLine,
  timelineLine,
} from './brief-lines.js';
import type { SlackControl } from './interactivity/slack-buttons.js';
import { remedyPart } from './remedy-lines.js';
import type { Part } from './section-budget.js';

/** Parts in the order of their importance. The shares of one message add up to 10,800 at most. */

const MAX_ACTIONS = 4;
/** Of the cause, in the message: some six lines of a phone. */
const SHORT_CAUSE = 320;
/** Of the change: which, and the value that looks decisive. */
const SHORT_CHANGE = 2;

export interface MainOptions {
  readonly isHeadlineCut: boolean;
  /** What is pressed about the remedy. */
  readonly remedyControls: readonly SlackControl[];
}

/** What fits on a phone: what is so, why, what to do first, what changed. */
export function mainParts(
  brief: Brief,
  nowMs: number,
  { isHeadlineCut, remedyControls }: MainOptions,
): readonly Part[] {
  const { actions, runbook } = brief;
  const changes = changePart(brief, nowMs).lines;
  const advice = actions.slice(0, MAX_ACTIONS).map(actionLine);
  return [
    { title: '', share: 1800, lines: statusLines(brief, nowMs, isHeadlineCut) },
    { title: '', share: 1300, lines: causeLines(brief, SHORT_CAUSE) },
    {
      ...remedyPart(brief.remedy, nowMs, { hasButtons: remedyControls.length > 0, share: 2600 }),
      controls: remedyControls,
    },
    {
      title: adviceTitle(brief),
      share: 2600,
      lines: advice.slice(0, 1),
      elsewhere: Math.max(0, advice.length - 1),
    },
    {
      title: 'Change',
      share: 1400,
      lines: changes.slice(0, SHORT_CHANGE),
      elsewhere: Math.max(0, changes.length - SHORT_CHANGE),
    },
    { title: '', share: 600, lines: brief.numbers.slice(0, 1).flatMap(chartLines) },
    { title: '', share: 400, lines: runbook === undefined ? [] : [runbookLine(runbook)] },
  ];
}

/** What the message has no room for. */
export function detailParts(brief: Brief, nowMs: number): readonly Part[] {
  const advice = brief.actions.slice(0, MAX_ACTIONS).map(actionLine).slice(1);
  const changes = changePart(brief, nowMs).lines.slice(SHORT_CHANGE);
  return [
    {
      title: '',
      share: 1300,
      lines: brief.cause.length > SHORT_CAUSE ? causeLines(brief, 1200).slice(0, 1) : [],
    },
    { title: 'What else to do', share: 1500, lines: advice },
    { title: 'What else changed with it', share: 700, lines: changes },
    { title: 'Evidence', share: 3300, lines: brief.evidence.map(evidenceLine) },
    { title: 'Numbers', share: 800, lines: numberLines(brief.numbers) },
    suspectPart(brief, 600),
    { title: 'Timeline', share: 800, lines: brief.timeline.map((entry) => timelineLine(entry, nowMs)) },
    seenBeforePart(brief, 500),
    disproofPart(brief, 500),
    { title: 'Not checked', share: 800, lines: brief.notChecked.map(notCheckedLine) },
  ];
}

/** Everything in one message. */
export function wholeParts(
  brief: Brief,
  nowMs: number,
  { isHeadlineCut }: Pick<MainOptions, 'isHeadlineCut'>,
): readonly Part[] {
  const { actions, remedy, runbook } = brief;
  const share = remedy === undefined ? 0 : 1700;
  // An offered action is worth more than the twentieth number.
  const less = (full: number, least: number) => (remedy === undefined ? full : least);
  return [
    { title: '', share: 1100, lines: statusLines(brief, nowMs, isHeadlineCut) },
    { title: '', share: 1500, lines: causeLines(brief, 1000) },
    remedyPart(remedy, nowMs, { hasButtons: false, share }),
    { title: adviceTitle(brief), share: 2300, lines: actions.slice(0, MAX_ACTIONS).map(actionLine) },
    { ...changePart(brief, nowMs), share: 1000 },
    { title: 'Numbers', share: less(1400, 700), lines: numberLines(brief.numbers) },
    suspectPart(brief, 500),
    { title: 'Evidence', share: less(1400, 400), lines: brief.evidence.map(evidenceLine) },
    seenBeforePart(brief, 300),
    disproofPart(brief, 300),
    { title: 'Not checked', share: 600, lines: brief.notChecked.map(notCheckedLine) },
    { title: '', share: 400, lines: runbook === undefined ? [] : [runbookLine(runbook)] },
  ];
}

function adviceTitle({ status }: Brief): string {
  return status === 'resolved' ? 'What would help if it comes back' : 'What to do first';
}

function changePart({ change, sinceMs }: Brief, nowMs: number): Pick<Part, 'title' | 'lines'> {
  return { title: 'Change', lines: change === undefined ? [] : changeLines(change, sinceMs, nowMs) };
}

/** A cause that was found names its service already. */
function suspectPart({ suspects, verdict }: Brief, share: number): Part {
  return { title: 'Suspects', share, lines: verdict === 'cause-found' ? [] : suspects.map(suspectLine) };
}

function seenBeforePart({ seenBefore }: Brief, share: number): Part {
  return { title: 'Seen before', share, lines: seenBefore === undefined ? [] : [disproofLine(seenBefore)] };
}

function disproofPart({ disprovedBy }: Brief, share: number): Part {
  return { title: 'What would show that it is something else', share, lines: disprovedBy.map(disproofLine) };
}
