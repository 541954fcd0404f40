import type { Brief, BriefAction, BriefNumber, BriefQuery } from '@midwatch/core/incident';
import { formatDuration, formatQuantity, formatTime } from './quantity.js';
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

/** Line two. The headline is said here when the header had no room for all of it. */
export function statusLines(brief: Brief, nowMs: number, isHeadlineCut: boolean): readonly Line[] {
  const { footer, headline, severity, sinceMs, standing, status } = brief;
  const facts = [
    status === 'resolved' ? `*Resolved* · began ${formatTime(sinceMs, nowMs)}` : '*Firing*',
    ...(severity === undefined ? [] : [toProse(severity, 40)]),
    ...(standing === undefined ? [] : [toProse(standing, 500)]),
  ];
  return [
    ...(isHeadlineCut ? [[`*${toProse(headline, 600) || 'Incident'}*`]] : []),
    [facts.join(' · ')],
    ...(footer.pending === undefined ? [] : [[`First findings: ${toProse(footer.pending, 120)}`]]),
  ];
}

/** Its first sentences, as many as fit; of a first one that does not, the beginning. */
export function shortCause({ cause }: Pick<Brief, 'cause'>, maxLength: number): string {
  if (cause.length <= maxLength) return cause;
  const ends = [...cause.slice(0, maxLength).matchAll(/[.!?]"?(?= )/g)];
  const last = ends.at(-1);
  return last === undefined ? cause : cause.slice(0, last.index + last[0].length);
}

export function causeLines(brief: Brief, maxLength: number): readonly Line[] {
  const cause = (length: number) =>
    `*${verdictText(brief)}:* ${toProse(shortCause(brief, length), length)}`.trimEnd();
  const why = brief.confidenceReason === '' ? [] : [[`Why: ${toProse(brief.confidenceReason, 400)}`]];
  return [[cause(maxLength), cause(300)], ...why];
}

/** The shape of the decisive number, its marks in words, and the query behind it. */
export function chartLines({ chart, label, query }: BriefNumber): readonly Line[] {
  if (chart === undefined) return [];
  const line = `• ${toProse(label, 80) || 'Number'} ${toProse(chart.row, 60)}`.trimEnd();
  const link = toLink(query?.url, `open in ${query?.connectorId ?? ''}`);
  const below = [`from ${toProse(chart.legend, 200)}`, link ?? ''].filter((text) => text !== '').join(' · ');
  return [[`${line}\n${below}`, line]];
}

export function runbookLine({ path, title, url }: NonNullable<Brief['runbook']>): Line {
  const name = toProse(path === undefined || path === title ? title : `${title} (${path})`, 200);
  const link = toLink(url, 'open it');
  return [`*Runbook:* ${name}${link === undefined ? '' : ` · ${link}`}`, `*Runbook:* ${name}`];
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
  const request = toLink(change.changeRequestUrl, 'open the pull request');
  const page = toLink(change.url, 'open the change');
  const links = [request, page].filter((link) => link !== undefined).map((link) => ` · ${link}`);
  const summary = change.summary === undefined ? [] : [[`• ${toProse(change.summary, 200)}`]];
  const values = change.changes.map(({ path, before, after }) => [
    `• ${toProse(path, 120)}: ${toProse(before ?? '(absent)', 80)} → ${toProse(after ?? '(removed)', 80)}`,
  ]);
  const head = `${facts}${cite([change.findingId])}`;
  // The query behind it stands with the evidence.
  return [[`${head}${links.join('')}`, head], ...values, ...summary];
}

function numberLine(number: BriefNumber): Line {
  const { before, beforeChange, now, peak } = number;
  const say = (value: number) => toProse(formatQuantity(value, number.unit), 60);
  const was =
    beforeChange === undefined
      ? `before ${say(before)}`
      : `before the change ${say(beforeChange)}, before onset ${say(before)}`;
  const extreme = say(peak) === say(now) ? '' : `, ${peak < before ? 'lowest' : 'peak'} ${say(peak)}`;
  const values = `${was} → now *${say(now)}*${extreme}`;
  const shape = number.chart === undefined ? '' : ` ${toProse(number.chart.row, 60)}`;
  const whose = number.service === undefined ? '' : ` of ${toProse(number.service, 80)}`;
  const line = `• ${toProse(number.label, 80)}${whose}: ${values}${shape}`;
  return withQuery(`${line}${cite([number.findingId])}`, number.query);
}

/** All of them, and once what their bars and marks mean. */
export function numberLines(numbers: Brief['numbers']): readonly Line[] {
  const chart = numbers[0]?.chart;
  const legend = chart === undefined ? [] : [[`Bars from ${toProse(chart.legend, 200)}`]];
  return [...numbers.map(numberLine), ...legend];
}

export function suspectLine({ service, reason, victims }: Brief['suspects'][number], index: number): Line {
  const harmed = victims.length === 0 ? '' : ` (victims: ${toProse(victims.slice(0, 6).join(', '), 120)})`;
  return [`${index + 1}. ${toProse(service, 80)}${harmed}: ${toProse(reason, 200)}`];
}

export function evidenceLine({ id, text, queries }: Brief['evidence'][number]): Line {
  const [query] = queries;
  return withQuery(`• *${toProse(id, 20) || '?'}* ${toProse(text, 300)}`, query);
}

export function timelineLine({ atMs, text }: Brief['timeline'][number], nowMs: number): Line {
  return [`• ${formatTime(atMs, nowMs)} ${toProse(text, 300)}`];
}

export function disproofLine(text: string): Line {
  return [`• ${toProse(text, 300)}`];
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

const MAX_SHORT_NOTES = 2;

/** Time, sources, model, cost, and what people must know of the answer: the storm that it is part of, a model that failed. */
export function shortFooterText({ footer }: Brief, nowMs: number): string {
  const { notes, sources } = footer;
  return [
    formatTime(nowMs, nowMs),
    authorText(footer),
    `${sources.answered} of ${sources.asked} sources in ${formatQuantity(footer.collectedMs, 'ms')}`,
    ...(footer.costUsd === undefined ? [] : [`$${footer.costUsd.toFixed(4)}`.slice(0, 20)]),
    ...withheldText(footer),
    ...notes.slice(0, MAX_SHORT_NOTES).map((note) => toProse(note, 240)),
  ].join(' · ');
}

export function footerText({ footer }: Brief): string {
  const { read, sources } = footer;
  const counts = [
    [read.logs, 'log line', 'log lines'],
    [read.metrics, 'series', 'series'],
    [read.traces, 'trace', 'traces'],
    [read.deploys, 'change', 'changes'],
    [read.incidents, 'event', 'events'],
  ] as const;
  const facts = [
    authorText(footer),
    `${sources.answered} of ${sources.asked} sources answered in ${formatQuantity(footer.collectedMs, 'ms')}`,
    counts
      .map(([count, one, many]) => `${formatQuantity(count, '1')} ${count === 1 ? one : many}`)
      .join(', '),
    ...(footer.costUsd === undefined ? [] : [`$${footer.costUsd.toFixed(4)}`.slice(0, 20)]),
    ...withheldText(footer),
  ];
  const notes = footer.notes.slice(0, 5).map((note) => toProse(note, 120));
  return [...facts, ...notes].join(' · ');
}

/** `evidence` is what the analyzer without a model calls itself. */
export function authorText({ analyzer, model }: Brief['footer']): string {
  if (model === undefined && analyzer === 'evidence') return 'by the evidence alone, no model';
  return `by ${toProse(model ?? analyzer, 80)}`;
}

function withheldText({ withheld }: Brief['footer']): readonly string[] {
  return withheld === 0
    ? []
    : [`${withheld} ${withheld === 1 ? 'text' : 'texts'} withheld: redaction failed`];
}

/** Where the line came from: a link that opens the query, else the query itself when it fits whole. */
function withQuery(line: string, query: BriefQuery | undefined): Line {
  if (query === undefined) return [line];
  const link = toLink(query.url, `open in ${query.connectorId}`);
  if (link !== undefined) return [`${line} · ${link}`, line];
  const span = toCodeSpan(query.short ?? query.text, MAX_QUERY);
  const source = toProse(query.connectorId, 40);
  return span === undefined ? [`${line} · ${source}`, line] : [`${line} · ${source} ${span}`, line];
}

function cite(ids: readonly string[]): string {
  return ids.length === 0 ? '' : ` [${toProse(ids.slice(0, 6).join(', '), 80)}]`;
}
