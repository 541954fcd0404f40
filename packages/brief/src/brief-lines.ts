import type { Brief, BriefNotChecked, BriefNumber, BriefQuery, BriefRunbook } from '@midwatch/core/incident';
import { sayCourse } from './course.js';
import { sayName } from './plain-text.js';
import { formatDuration, formatQuantity, formatTime } from './quantity.js';

/** The sentences that every rendering shares, before escaping. */

const confidenceWords = {
  HIGH: 'high confidence',
  MEDIUM: 'medium confidence',
  LOW: 'low confidence',
} as const;

const verdictWords = {
  'cause-found': 'Root cause',
  candidates: 'Candidates',
  'insufficient-evidence': 'Not enough evidence',
  'no-fault': 'No fault found',
} as const;

export function verdictLine({ verdict, confidence }: Brief): string {
  const named = verdict === 'cause-found' || verdict === 'candidates';
  return named ? `${verdictWords[verdict]}, ${confidenceWords[confidence]}` : verdictWords[verdict];
}

/** `latency p99`, with the service when it is another than the alerting one. */
export function numberName({ label, service }: BriefNumber): string {
  return service === undefined ? label : `${label} of ${sayName(service)}`;
}

export function numberLine({ before, beforeChange, now, peak, unit }: BriefNumber): string {
  const say = (value: number) => formatQuantity(value, unit);
  const parts = [
    ...(beforeChange === undefined
      ? [`before ${say(before)}`]
      : [`before the change ${say(beforeChange)}`, `before onset ${say(before)}`]),
    `now ${say(now)}`,
    ...(say(peak) === say(now) ? [] : [`${peak < before ? 'lowest' : 'peak'} ${say(peak)}`]),
  ];
  return parts.join(', ');
}

export function changeLine(change: NonNullable<Brief['change']>, sinceMs: number, nowMs: number): string {
  const versions = [change.previousVersion, change.version]
    .filter((version) => version !== undefined)
    .join(' -> ');
  const beforeMs = sinceMs - change.atMs;
  const when =
    beforeMs > 0 ? `${formatDuration(beforeMs)} before onset` : `${formatDuration(beforeMs)} after onset`;
  return [
    `${change.service}${versions === '' ? '' : ` ${versions}`} at ${formatTime(change.atMs, nowMs)} (${when})`,
    ...(change.actor === undefined ? [] : [`by ${change.actor}`]),
    ...(change.changeRequest === undefined ? [] : [`PR ${change.changeRequest}`]),
  ].join(', ');
}

export function changedValueLine({
  path,
  before,
  after,
}: NonNullable<Brief['change']>['changes'][number]): string {
  return `${path}: ${before ?? '(absent)'} -> ${after ?? '(removed)'}`;
}

/** What the bars show and how it goes on. */
export function chartLines(
  { chart, course, findingId, points }: BriefNumber,
  nowMs: number,
): readonly string[] {
  if (chart === undefined) return [];
  const goesOn = course === undefined ? '' : ` ${sayCourse(course, points.at(-1)?.[0], nowMs)}`;
  return [`${chart.row}${goesOn} [${findingId}]`, chart.legend];
}

export function runbookLine({ path, title }: BriefRunbook): string {
  return path === undefined || path === title ? title : `${title} (${path})`;
}

export function queryLine(query: BriefQuery): string {
  return `${queryHead(query)}: ${query.short ?? query.text}`;
}

/** Which source, which language, which time. */
export function queryHead(query: BriefQuery): string {
  const [startDay = '', startTime = ''] = new Date(query.startMs).toISOString().slice(0, 19).split('T');
  const [endDay = '', endTime = ''] = new Date(query.endMs).toISOString().slice(0, 19).split('T');
  const end = startDay === endDay ? endTime : `${endDay} ${endTime}`;
  return `${query.connectorId} ${query.language} [${startDay} ${startTime} to ${end} UTC]`;
}

export function notCheckedLine({ source, kind, state, reason }: BriefNotChecked): string {
  const words = {
    failed: 'not checked',
    'not-asked': 'not asked',
    partial: 'checked in part',
    'not-configured': 'not configured',
  };
  return `${source === '' ? kind : `${source} (${kind})`}: ${words[state]}, ${reason}`;
}

export function footerLine({ footer }: Brief): string {
  const { read } = footer;
  const counts = [
    [read.logs, 'log line', 'log lines'],
    [read.metrics, 'series', 'series'],
    [read.traces, 'trace', 'traces'],
    [read.deploys, 'change', 'changes'],
    [read.incidents, 'event', 'events'],
  ] as const;
  return [
    footer.pending ?? sayAuthor(footer),
    `${footer.sources.answered} of ${footer.sources.asked} sources answered in ${(footer.collectedMs / 1000).toFixed(1)} s`,
    counts
      .map(([count, one, many]) => `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`)
      .join(', '),
    ...(footer.costUsd === undefined ? [] : [`$${footer.costUsd.toFixed(4)}`]),
    ...(footer.withheld === 0
      ? []
      : [`${footer.withheld} ${footer.withheld === 1 ? 'text' : 'texts'} withheld: redaction failed`]),
    ...footer.notes,
  ].join(' · ');
}

/** `evidence` is what the analyzer without a model calls itself. */
function sayAuthor({ analyzer, model }: Brief['footer']): string {
  return model === undefined && analyzer === 'evidence'
    ? 'by the evidence alone, no model'
    : `by ${model ?? analyzer}`;
}
