import type { ServiceIdentity } from '@midwatch/core';
import {
  type BriefChange,
  type BriefEvidence,
  type BriefFooter,
  type BriefInput,
  type BriefNumber,
  type BriefQuery,
  type ChangeFinding,
  type Finding,
  type ToBrief,
  totalCostUsd,
} from '@midwatch/core/incident';
import { sayCourse } from './course.js';
import { definedOnly } from './defined-only.js';
import { sayEscalation } from './escalation-note.js';
import { toNotChecked } from './not-checked.js';
import { sayName } from './plain-text.js';
import { formatDuration, formatQuantity, formatTime } from './quantity.js';
import { indexQueries } from './query-index.js';
import { chooseRunbook, type Runbook } from './runbook.js';
import { createLinkRule, hostOf, type LinkRule } from './safe-link.js';
import { saySeenBefore } from './seen-before.js';
import { ownerOf, toStanding } from './standing.js';
import { toActions } from './to-actions.js';
import { toNumbers } from './to-numbers.js';

const MAX_EVIDENCE = 10;
const MAX_QUERIES_PER_LINE = 3;
const MAX_TIMELINE = 8;

/** What the deployment says of itself, for briefs. */
export interface BriefSettings {
  /** Their `team` owns them, their `runbookUrl` is shown. @default [] */
  readonly services?: readonly ServiceIdentity[];
  /** Hosts of runbooks and pull requests that links may lead to, besides those of the connectors' own pages. @default [] */
  readonly linkHosts?: readonly string[];
  /** Matched by the exact name of the alert, then of the service. @default [] */
  readonly runbooks?: readonly Runbook[];
}

/** Analysis and findings to what people read, for a deployment without settings of its own. */
export const toBrief: ToBrief = (input) => createToBrief()(input);

/** Analysis and findings to what people read. Pure; every text in it is plain and already redacted. */
export function createToBrief(settings: BriefSettings = {}): ToBrief {
  const { linkHosts = [], runbooks = [], services = [] } = settings;
  const hosts = [
    ...linkHosts,
    ...[...services.map(({ runbookUrl }) => runbookUrl), ...runbooks.map(({ url }) => url)]
      .map(hostOf)
      .filter((host) => host !== undefined),
  ];
  const identityOf = (name: string | undefined) => services.find((service) => service.name === name);
  return (input) => {
    const { alert, analysis, collection, evidence } = input;
    const links = createLinkRule(collection, hosts);
    const queries = indexQueries(collection, links);
    const findings = new Map(evidence.findings.map((finding) => [finding.id, finding]));
    const change = decisiveChange(input, findings);
    const numbers = toNumbers(input, change, queries);
    const suspected = evidence.suspects[0]?.service;
    const { namespace, service = suspected ?? 'unknown service' } = alert.target;
    const notChecked = toNotChecked(collection, links);
    const owner = ownerOf(alert, identityOf(service));
    const { note, runbook } = chooseRunbook(alert, identityOf(service), runbooks, links);
    const suspectOwner = suspected === service ? undefined : identityOf(suspected)?.team;
    const suspect =
      suspected === undefined || suspectOwner === undefined || analysis.verdict === 'no-fault'
        ? undefined
        : { service: suspected, owner: sayName(suspectOwner) };
    return {
      headline: headline(input, service, numbers),
      standing: toStanding({ input, notChecked, owner, suspect }),
      status: alert.status,
      service,
      sinceMs: evidence.onsetMs ?? alert.startsAtMs,
      verdict: analysis.verdict,
      confidence: analysis.confidence,
      confidenceReason: analysis.confidenceReason,
      cause: analysis.summary,
      suspects: evidence.suspects.slice(0, 3).map(({ service: name, reason, victims, findingIds }) => ({
        service: name,
        reason,
        victims: victims.map(sayName),
        evidence: findingIds.slice(0, MAX_EVIDENCE),
      })),
      numbers,
      actions: toActions(input, findings),
      evidence: toEvidence(input, findings, queries, links),
      timeline: analysis.timeline.slice(0, MAX_TIMELINE).map(({ atMs, text }) => ({ atMs, text })),
      disprovedBy: analysis.hypotheses
        .slice(0, 2)
        .map(({ disprovedBy }) => disprovedBy)
        // What rested on nothing was taken out, and may have been all of it.
        .filter((text) => text !== ''),
      notChecked,
      footer: toFooter(input, note === undefined ? [] : [note]),
      ...definedOnly({
        namespace,
        owner,
        runbook,
        seenBefore: saySeenBefore(input.seenBefore),
        severity: alert.severity,
        change: change === undefined ? undefined : toChange(change, queries, links),
      }),
    };
  };
}

/** `HighLatency: checkout in shop, since 03:41 UTC · latency p99 8.2 s (was 185 ms), getting worse` */
function headline(
  { alert, evidence, nowMs }: BriefInput,
  service: string,
  numbers: readonly BriefNumber[],
): string {
  const { endsAtMs, name, status, target } = alert;
  const where = target.namespace === undefined ? service : `${service} in ${target.namespace}`;
  const sinceMs = evidence.onsetMs ?? alert.startsAtMs;
  const took =
    endsAtMs === undefined || endsAtMs <= sinceMs ? '' : ` after ${formatDuration(endsAtMs - sinceMs)}`;
  const when =
    status === 'firing'
      ? `since ${formatTime(sinceMs, nowMs)}`
      : `resolved${endsAtMs === undefined ? '' : ` ${formatTime(endsAtMs, nowMs)}`}${took}`;
  const [decisive] = numbers;
  const value = decisive === undefined ? [] : [sayValue(decisive, nowMs)];
  return [`${name}: ${where}, ${when}`, ...value].join(' · ');
}

function sayValue(number: BriefNumber, nowMs: number): string {
  const { before, course = 'unknown', label, now, points, service, unit } = number;
  const say = (value: number) => formatQuantity(value, unit);
  const whose = service === undefined ? '' : ` of ${sayName(service)}`;
  return `${label}${whose} ${say(now)} (was ${say(before)}), ${sayCourse(course, points.at(-1)?.[0], nowMs)}`;
}

/** The change that the first hypothesis names, or the first suspect when no analyzer names one. */
function decisiveChange(
  { analysis, evidence }: BriefInput,
  findings: ReadonlyMap<string, Finding>,
): ChangeFinding | undefined {
  if (analysis.verdict === 'no-fault') return undefined;
  const first = analysis.hypotheses[0];
  const id = first === undefined ? evidence.suspects[0]?.changeId : first.change;
  const finding = id === undefined ? undefined : findings.get(id);
  return finding?.kind === 'change' ? finding : undefined;
}

function toChange(
  finding: ChangeFinding,
  queries: ReadonlyMap<string, BriefQuery>,
  { toLink }: LinkRule,
): BriefChange {
  const { version, previousVersion, actor, changeRequest, summary } = finding.deploy;
  const changeRequestUrl = toLink(finding.deploy.changeRequestUrl);
  const url = toLink(finding.deploy.url);
  const query = finding.queryIds.map((id) => queries.get(id)).find((found) => found !== undefined);
  const known = { version, previousVersion, actor, changeRequest, changeRequestUrl, summary, query, url };
  return {
    findingId: finding.id,
    service: finding.deploy.service,
    atMs: finding.deploy.timestampMs,
    changes: finding.changes,
    ...definedOnly(known),
  };
}

/** What the answer cites, then what else points at the first suspect. */
function toEvidence(
  { analysis, evidence }: BriefInput,
  findings: ReadonlyMap<string, Finding>,
  queries: ReadonlyMap<string, BriefQuery>,
  links: LinkRule,
): readonly BriefEvidence[] {
  const ids = new Set([
    ...analysis.hypotheses.flatMap((hypothesis) => hypothesis.evidence),
    ...analysis.advice.flatMap((advice) => advice.evidence),
    ...(evidence.suspects[0]?.findingIds ?? []),
  ]);
  return [...ids]
    .map((id) => findings.get(id))
    .filter((finding) => finding !== undefined)
    .slice(0, MAX_EVIDENCE)
    .map((finding) => ({
      id: finding.id,
      text: finding.statement,
      queries: queriesOf(finding, queries, links),
    }));
}

/** A change is looked at on its own page, where it has one, rather than in the list that it was found in. */
function queriesOf(
  finding: Finding,
  queries: ReadonlyMap<string, BriefQuery>,
  { toLink }: LinkRule,
): readonly BriefQuery[] {
  const page = finding.kind === 'change' ? toLink(finding.deploy.url) : undefined;
  return finding.queryIds
    .map((queryId) => queries.get(queryId))
    .filter((query) => query !== undefined)
    .slice(0, MAX_QUERIES_PER_LINE)
    .map((query, index) => (page === undefined || index > 0 ? query : { ...query, url: page }));
}

function toFooter(
  { analysis, collection, evidence, pending }: BriefInput,
  more: readonly string[],
): BriefFooter {
  const asked = collection.sources.filter(({ state }) => state !== 'not-configured' && state !== 'not-asked');
  const answered = asked.filter(({ state }) => state !== 'failed');
  const connectors = (reports: typeof asked) => new Set(reports.map(({ connectorId }) => connectorId)).size;
  return {
    analyzer: analysis.analyzer.name,
    collectedMs: collection.durationMs,
    sources: { asked: connectors(asked), answered: connectors(answered) },
    read: evidence.read,
    withheld: collection.withheld,
    notes: [
      ...analysis.admission.notes,
      ...(analysis.escalation === undefined ? [] : sayEscalation(analysis.escalation)),
      ...more,
    ],
    ...definedOnly({
      model: analysis.analyzer.model,
      costUsd: analysis.usage && totalCostUsd(analysis.usage),
      pending,
    }),
  };
}
