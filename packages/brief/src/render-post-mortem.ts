import type { AuditEntry, IncidentDetails } from '@midwatch/core/incident';
import {
  changedValueLine,
  changeLine,
  numberLine,
  numberName,
  queryLine,
  verdictLine,
} from './brief-lines.js';
import { toPlainText } from './plain-text.js';
import { formatDuration } from './quantity.js';
import { remedyLines } from './remedy-lines.js';
import { codeSpan, escapeMarkdown } from './render-markdown.js';

interface Moment {
  readonly atMs: number;
  readonly text: string;
}

const MAX_MOMENTS = 200;

/**
 * The draft of a post-mortem as CommonMark: what is known of the incident, its timeline from the first sign to the settlement, and the
 * questions that only people can answer. Times are UTC. Nothing in it is invented: where nothing is known it says so.
 */
export function renderPostMortem(incident: IncidentDetails, options: { readonly nowMs: number }): string {
  const { brief, outcome } = incident;
  const lines = [
    `# Post-mortem: ${escapeMarkdown(brief?.headline ?? incident.title)}`,
    '',
    '*A draft that Midwatch wrote from what it kept. Check it, and answer what stands in brackets.*',
    '',
    ...facts(incident, options.nowMs),
  ];
  const section = (title: string, items: readonly string[]) => lines.push('', `## ${title}`, '', ...items);
  section('Root cause', [
    outcome?.cause === undefined
      ? '[What was it truly? `midwatch outcome` keeps it with the incident.]'
      : escapeMarkdown(outcome.cause),
    ...(outcome?.service === undefined ? [] : ['', `At fault: ${escapeMarkdown(outcome.service)}.`]),
  ]);
  section('What Midwatch said', said(incident, options.nowMs));
  if (brief?.remedy !== undefined) {
    const { heading, state } = remedyLines(brief.remedy);
    section('What Midwatch did', [escapeMarkdown(heading), '', escapeMarkdown(state)]);
  }
  section('Impact', impact(incident));
  section('Timeline', timeline(incident));
  section('What went well, what did not', ['[Detection, diagnosis, repair: what helped, what cost time?]']);
  section('What we change', ['- [ ] [What, who, by when]']);
  return `${lines.join('\n')}\n`;
}

function facts(incident: IncidentDetails, nowMs: number): readonly string[] {
  const { alertCount, brief, environment, namespace, owner, resolvedAtMs, service, severity } = incident;
  const beganMs = brief?.sinceMs ?? incident.openedAtMs;
  const rows: readonly (readonly [string, string | undefined])[] = [
    ['Incident', incident.id],
    ['Service', service],
    ['Where', [environment, namespace].filter((place) => place !== undefined).join(', ') || undefined],
    ['Severity', severity],
    ['Began', toUtc(beganMs)],
    ['Over', resolvedAtMs === undefined ? 'not yet' : toUtc(resolvedAtMs)],
    ['Lasted', formatDuration((resolvedAtMs ?? nowMs) - beganMs)],
    ['Alerts', String(alertCount)],
    ['Taken by', owner?.by],
  ];
  return [
    '| | |',
    '| --- | --- |',
    ...rows.flatMap(([name, value]) =>
      value === undefined ? [] : [`| ${name} | ${escapeMarkdown(value)} |`],
    ),
  ];
}

const judgements = {
  right: 'right',
  partly: 'partly right',
  wrong: 'wrong',
  unknown: 'neither right nor wrong: the cause stays unknown',
} as const;

function said({ brief, outcome }: IncidentDetails, nowMs: number): readonly string[] {
  if (brief === undefined) return ['Nothing: it was not looked at.'];
  const { change, evidence } = brief;
  return [
    `${verdictLine(brief)}: ${escapeMarkdown(brief.cause)}`,
    ...(outcome === undefined ? [] : ['', `It was ${judgements[outcome.judgement]}.`]),
    '',
    ...(change === undefined
      ? []
      : [
          `- ${escapeMarkdown(changeLine(change, brief.sinceMs, nowMs))}`,
          ...change.changes.map((changed) => `  - ${codeSpan(changedValueLine(changed))}`),
        ]),
    ...evidence.flatMap(({ id, queries, text }) => [
      `- **${id}** ${escapeMarkdown(text)}`,
      ...queries.map((query) => `  - ${codeSpan(queryLine(query))}`),
    ]),
  ];
}

function impact({ brief }: IncidentDetails): readonly string[] {
  return [
    '[Who noticed, and what could they not do?]',
    ...(brief === undefined || brief.numbers.length === 0 ? [] : ['']),
    ...(brief?.numbers ?? []).map(
      (number) => `- ${escapeMarkdown(`${numberName(number)}: ${numberLine(number)}`)}`,
    ),
  ];
}

function timeline(incident: IncidentDetails): readonly string[] {
  const { alerts, brief, resolvedAtMs } = incident;
  const moments: Moment[] = [
    ...(brief?.timeline ?? []),
    ...alerts.map(({ alert }) => ({ atMs: alert.startsAtMs, text: `alert ${alert.name} began` })),
    ...incident.timeline.flatMap((entry) => toMoment(entry)),
    ...(resolvedAtMs === undefined ? [] : [{ atMs: resolvedAtMs, text: 'all alerts are resolved' }]),
  ];
  const inOrder = moments.toSorted((one, other) => one.atMs - other.atMs);
  const shown = inOrder.slice(0, MAX_MOMENTS);
  const more = inOrder.length - shown.length;
  return [
    ...shown.map(({ atMs, text }) => `- ${toUtc(atMs)} ${escapeMarkdown(text)}`),
    ...(more === 0 ? [] : [`- and ${more} more`]),
  ];
}

/** What of the audit log belongs into a story; the rest is bookkeeping. */
const words = new Map<string, (entry: AuditEntry) => string>([
  ['alert-received', ({ actor }) => `Midwatch heard of it from ${actor}`],
  ['brief-delivered', ({ detail }) => `a brief stood in ${textOf(detail, 'channel') ?? 'a channel'}`],
  [
    'delivery-failed',
    ({ detail }) => `a brief could not be brought to ${textOf(detail, 'channel') ?? 'a channel'}`,
  ],
  ['step-failed', () => 'a step of the analysis failed'],
  ['storm-began', () => 'it became a storm'],
  ['part-of-storm', () => 'it became part of a storm'],
  ['taken', ({ actor }) => `${actor} took it`],
  ['released', ({ actor }) => `${actor} gave it back`],
  ['look-asked', ({ actor }) => `${actor} had it looked at again`],
  ['silenced', ({ actor }) => `${actor} silenced it`],
  ['action-proposed', ({ detail }) => `Midwatch worked out an action: ${textOf(detail, 'title') ?? ''}`],
  ['action-approved', ({ actor }) => `${actor} approved the action`],
  ['action-rejected', ({ actor }) => `${actor} rejected the action`],
  ['undo-asked', ({ actor }) => `${actor} wanted the action undone`],
  ['action-applied', () => 'Midwatch carried the action out'],
  ['action-refused', ({ detail }) => `the action was not carried out: ${textOf(detail, 'detail') ?? ''}`],
  ['action-gated', ({ detail }) => `the action was not begun: ${textOf(detail, 'detail') ?? ''}`],
  ['action-unknown', () => 'nobody knew whether the action was carried out'],
  ['action-success', ({ detail }) => `the action helped: ${textOf(detail, 'text') ?? ''}`],
  ['action-no-effect', ({ detail }) => `the action did not help: ${textOf(detail, 'text') ?? ''}`],
  ['action-worse', ({ detail }) => `it was worse after the action: ${textOf(detail, 'text') ?? ''}`],
  ['settled', ({ actor, detail }) => `${actor} settled it: ${textOf(detail, 'judgement') ?? 'unknown'}`],
]);

function toMoment(entry: AuditEntry): readonly Moment[] {
  const text = words.get(entry.action)?.(entry);
  return text === undefined ? [] : [{ atMs: entry.atMs, text }];
}

function textOf(detail: unknown, name: string): string | undefined {
  if (typeof detail !== 'object' || detail === null || !Object.hasOwn(detail, name)) return undefined;
  const value: unknown = Reflect.get(detail, name);
  return typeof value === 'string' ? toPlainText(value, 80) : undefined;
}

/** `2026-11-02 03:41:07 UTC` */
function toUtc(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
