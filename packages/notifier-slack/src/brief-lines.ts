import type { Brief, BriefAction, BriefNumber, BriefQuery } from '@midwatch/core/incident';
import { formatDuration, formatQuantity, formatTime, sparkline } from './quantity.js';
import { toCodeBlock, toCodeSpan, toLink, toProse } from './safe-text.js';

/** The lines of a brief in mrkdwn. None begins with text of telemetry: at the start of a line `&gt;` would be a quotation. */

/** Alternatives, the fullest first; see `Part`. */
type Line = readonly string[];

const MAX_COMMAND = 1500;
const MAX_QUERY = 300;

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

export function verdictText({ verdict, confidence }: Brief): string {
  const isNamed = verdict === 'cause-found' || verdict === 'candidates';
  return isNamed ? `${verdictWords[verdict]}, ${confidenceWords[confidence]}` : verdictWords[verdict];
}

export function statusLines(brief: Brief, nowMs: number): readonly Line[] {
  const since = formatTime(brief.sinceMs, nowMs);
  const isResolved = brief.status === 'resolved';
  const state = isResolved
    ? `*Resolved* · began ${since}`
    : `*Firing* since ${since} (${formatDuration(nowMs - brief.sinceMs)})`;
  const { service, namespace, severity, footer } = brief;
  const where = `${toProse(service, 80)}${namespace === undefined ? '' : ` in ${toProse(namespace, 80)}`}`;
  const facts = [state, ...(severity === undefined ? [] : [toProse(severity, 40)]), where];
  const pending = footer.pending === undefined ? [] : [[`First findings: ${toProse(footer.pending, 120)}`]];
  return [[facts.join(' · ')], ...pending];
}

export function causeLines(brief: Brief): readonly Line[] {
  const cause = (maxLength: number) =>
    `*${verdictText(brief)}:* ${toProse(brief.cause, maxLength)}`.trimEnd();
  if (brief.confidenceReason === '') return [[cause(1200), cause(600)]];
  return [[cause(1000), cause(600)], [`Why: ${toProse(brief.confidenceReason, 400)}`]];
}

export function actionLine({ title, reason, command, evidence }: BriefAction, index: number): Line {
  const why = reason === '' ? '' : `: ${toProse(reason, 300)}`;
  const head = `${index + 1}. *${toProse(title, 200) || 'Look'}*${why}${cite(evidence)}`;
  if (command === undefined) return [head];
  const block = toCodeBlock(command, MAX_COMMAND);
  const without = `${head}\nIts command cannot be shown whole and unchanged here: take it from another channel.`;
  return block === undefined ? [without] : [`${head}\n${block}`, without];
}

export function changeLines(
  change: NonNullable<Brief['change']>,
  sinceMs: number,
  nowMs: number,
): readonly Line[] {
  const versions = [change.previousVersion, change.version]
    .filter((version) => version !== undefined)
    .map((version) => toProse(version, 80))
    .join(' → ');
  const beforeMs = sinceMs - change.atMs;
  const when = `${formatDuration(beforeMs)} ${beforeMs > 0 ? 'before' : 'after'} onset`;
  const facts = [
    `• ${toProse(change.service, 80)} ${versions}`.trimEnd(),
    `${formatTime(change.atMs, nowMs)} (${when})`,
    ...(change.actor === undefined ? [] : [`by ${toProse(change.actor, 80)}`]),
    ...(change.changeRequest === undefined ? [] : [`PR ${toProse(change.changeRequest, 40)}`]),
  ].join(', ');
  const summary = change.summary === undefined ? [] : [[`• ${toProse(change.summary, 200)}`]];
  const values = change.changes.map(({ path, before, after }) => [
    `• ${toProse(path, 120)}: ${toProse(before ?? '(absent)', 80)} → ${toProse(after ?? '(removed)', 80)}`,
  ]);
  return [withQuery(`${facts}${cite([change.findingId])}`, change.query), ...summary, ...values];
}

export function numberLine(number: BriefNumber): Line {
  const say = (value: number) =>
    toProse(formatQuantity(value, number.unit, number.label === 'error ratio'), 60);
  const beforeChange =
    number.beforeChange === undefined ? '' : `before the change ${say(number.beforeChange)}, `;
  const peak = number.peak === number.now ? '' : `, peak ${say(number.peak)}`;
  const values = `${beforeChange}before ${say(number.before)} → now *${say(number.now)}*${peak}`;
  const shape = sparkline(number.points);
  const line = `• ${toProse(number.label, 80)}: ${values}${shape === '' ? '' : ` ${shape}`}`;
  return withQuery(`${line}${cite([number.findingId])}`, number.query);
}

export function suspectLine({ service, reason, victims }: Brief['suspects'][number], index: number): Line {
  const harmed = victims.length === 0 ? '' : ` (victims: ${toProse(victims.slice(0, 6).join(', '), 120)})`;
  return [`${index + 1}. ${toProse(service, 80)}${harmed}: ${toProse(reason, 200)}`];
}

export function evidenceLine({ id, text, queries }: Brief['evidence'][number]): Line {
  const [query] = queries;
  return withQuery(`• *${toProse(id, 20) || '?'}* ${toProse(text, 300)}`, query);
}

export function notCheckedLine({ source, kind, state, reason }: Brief['notChecked'][number]): Line {
  const words = {
    failed: 'not checked',
    'not-asked': 'not asked',
    partial: 'checked in part',
    'not-configured': 'not configured',
  } as const;
  const what = source === '' ? kind : `${toProse(source, 60)} (${kind})`;
  return [`• ${what}: ${words[state]}, ${toProse(reason, 200)}`];
}

export function footerText({ footer }: Brief): string {
  const { read, sources } = footer;
  const counts = [
    [read.logs, 'log lines'],
    [read.metrics, 'series'],
    [read.traces, 'traces'],
    [read.deploys, 'changes'],
    [read.incidents, 'events'],
  ] as const;
  const facts = [
    `by ${toProse(footer.model ?? footer.analyzer, 80)}`,
    `${sources.answered} of ${sources.asked} sources answered in ${formatQuantity(footer.collectedMs, 'ms', false)}`,
    counts.map(([count, what]) => `${formatQuantity(count, '1', false)} ${what}`).join(', '),
    ...(footer.costUsd === undefined ? [] : [`$${footer.costUsd.toFixed(4)}`.slice(0, 20)]),
    ...(footer.withheld === 0 ? [] : [`${footer.withheld} texts withheld: redaction failed`]),
  ];
  const notes = footer.notes.slice(0, 5).map((note) => toProse(note, 120));
  return [...facts, ...notes].join(' · ');
}

/** Where the line came from: a link that opens the query, else the query itself when it fits whole. */
function withQuery(line: string, query: BriefQuery | undefined): Line {
  if (query === undefined) return [line];
  const link = toLink(query.url, `open in ${query.connectorId}`);
  if (link !== undefined) return [`${line} · ${link}`, line];
  const span = toCodeSpan(query.text, MAX_QUERY);
  return span === undefined ? [line] : [`${line} · ${toProse(query.connectorId, 40)} ${span}`, line];
}

function cite(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${toProse(ids.slice(0, 6).join(', '), 80)}]`;
}
