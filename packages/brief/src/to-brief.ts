import type { MetricRole } from '@midwatch/core';
import {
  type BriefAction,
  type BriefChange,
  type BriefEvidence,
  type BriefFooter,
  type BriefInput,
  type BriefNumber,
  type BriefQuery,
  type ChangeFinding,
  type Finding,
  type MetricShiftFinding,
  type ToBrief,
  totalCostUsd,
} from '@midwatch/core/incident';
import { toCommand } from './command.js';
import { sayEscalation } from './escalation-note.js';
import { toNotChecked } from './not-checked.js';
import { sayName } from './plain-text.js';
import { formatQuantity, formatTime } from './quantity.js';
import { indexQueries } from './query-index.js';

const MAX_NUMBERS = 5;
const MAX_EVIDENCE = 10;
const MAX_QUERIES_PER_LINE = 3;
const MAX_TIMELINE = 8;

/** What people look at first in an incident, in this order. */
const roleOrder: readonly MetricRole[] = [
  'latency.p99',
  'error.ratio',
  'latency.p95',
  'connections.waiting',
  'connections.used',
  'request.rate',
];

const roleLabels: Readonly<Record<string, string>> = {
  'latency.p50': 'latency p50',
  'latency.p95': 'latency p95',
  'latency.p99': 'latency p99',
  'error.ratio': 'error ratio',
  'request.rate': 'request rate',
  'connections.used': 'connections in use',
  'connections.waiting': 'waiting for a connection',
};

/** Analysis and findings to what people read. Pure; every text in it is plain and already redacted. */
export const toBrief: ToBrief = (input) => {
  const { alert, analysis, evidence } = input;
  const queries = indexQueries(input.collection);
  const findings = new Map(evidence.findings.map((finding) => [finding.id, finding]));
  const change = decisiveChange(input, findings);
  const numbers = toNumbers(input, change, queries);
  const { namespace, service = evidence.suspects[0]?.service ?? 'unknown service' } = alert.target;
  return {
    headline: headline(input, service, numbers),
    status: alert.status,
    service,
    ...(namespace === undefined ? {} : { namespace }),
    ...(alert.severity === undefined ? {} : { severity: alert.severity }),
    sinceMs: evidence.onsetMs ?? alert.startsAtMs,
    verdict: analysis.verdict,
    confidence: analysis.confidence,
    confidenceReason: analysis.confidenceReason,
    cause: analysis.summary,
    suspects: evidence.suspects.slice(0, 3).map(({ service, reason, victims, findingIds }) => ({
      service,
      reason,
      victims: victims.map(sayName),
      evidence: findingIds.slice(0, MAX_EVIDENCE),
    })),
    numbers,
    ...(change === undefined ? {} : { change: toChange(change, queries) }),
    actions: toActions(input, findings),
    evidence: toEvidence(input, findings, queries),
    timeline: analysis.timeline.slice(0, MAX_TIMELINE).map(({ atMs, text }) => ({ atMs, text })),
    disprovedBy: analysis.hypotheses
      .slice(0, 2)
      .map(({ disprovedBy }) => disprovedBy)
      // What rested on nothing was taken out, and may have been all of it.
      .filter((text) => text !== ''),
    notChecked: toNotChecked(input.collection),
    footer: toFooter(input),
  };
};

function headline(
  { alert, evidence, nowMs }: BriefInput,
  service: string,
  numbers: readonly BriefNumber[],
): string {
  const where = alert.target.namespace === undefined ? service : `${service} in ${alert.target.namespace}`;
  const since = formatTime(evidence.onsetMs ?? alert.startsAtMs, nowMs);
  const values = numbers
    .slice(0, 2)
    .map(
      (number) => `${number.label} ${quantity(number.now, number)} (was ${quantity(number.before, number)})`,
    );
  const state = alert.status === 'resolved' ? 'resolved' : `since ${since}`;
  return [`${alert.name}: ${where}, ${state}`, ...values].join(' · ');
}

function quantity(value: number, { unit, label }: Pick<BriefNumber, 'unit' | 'label'>): string {
  return formatQuantity(value, unit, label === 'error ratio');
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

function toChange(finding: ChangeFinding, queries: ReadonlyMap<string, BriefQuery>): BriefChange {
  const { version, previousVersion, actor, changeRequest, changeRequestUrl, summary } = finding.deploy;
  const query = finding.queryIds.map((id) => queries.get(id)).find((found) => found !== undefined);
  const known = { version, previousVersion, actor, changeRequest, changeRequestUrl, summary, query };
  return {
    findingId: finding.id,
    service: finding.deploy.service,
    atMs: finding.deploy.timestampMs,
    changes: finding.changes,
    ...definedOnly(known),
  };
}

function definedOnly<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never;
}

/** The shifts of the alerting service and of the first suspect, one for each role, the most telling roles first. */
function toNumbers(
  { alert, evidence }: BriefInput,
  change: ChangeFinding | undefined,
  queries: ReadonlyMap<string, BriefQuery>,
): readonly BriefNumber[] {
  const services = [evidence.suspects[0]?.service, alert.target.service];
  const shifts = evidence.findings
    .filter((finding) => finding.kind === 'metric-shift')
    .filter(({ service }) => service === undefined || services.includes(service));
  const rank = ({ role }: MetricShiftFinding) => {
    const index = role === undefined ? -1 : roleOrder.indexOf(role);
    return index === -1 ? roleOrder.length : index;
  };
  const sorted = [...shifts].sort((one, other) => rank(one) - rank(other) || other.strength - one.strength);
  const seen = new Set<string>();
  const numbers: BriefNumber[] = [];
  for (const shift of sorted) {
    const label = labelOf(shift);
    if (seen.has(label) || numbers.length === MAX_NUMBERS) continue;
    seen.add(label);
    const around = change?.metrics.find(({ metric, role }) =>
      role === undefined ? metric === shift.metric : role === shift.role,
    );
    const query = shift.queryIds.map((id) => queries.get(id)).find((found) => found !== undefined);
    numbers.push({
      label,
      unit: shift.unit,
      before: shift.before,
      now: shift.last,
      peak: shift.peak,
      points: shift.points,
      findingId: shift.id,
      ...definedOnly({ beforeChange: around?.beforeChange, query }),
    });
  }
  return numbers;
}

function labelOf({ role, metric }: MetricShiftFinding): string {
  return role === undefined ? metric : (roleLabels[role] ?? role);
}

function toActions({ analysis }: BriefInput, findings: ReadonlyMap<string, Finding>): readonly BriefAction[] {
  return analysis.advice.slice(0, 4).map((advice) => {
    const found = advice.change === undefined ? undefined : findings.get(advice.change);
    const change = found?.kind === 'change' ? found : undefined;
    const command = toCommand(advice, change);
    return {
      action: advice.action,
      title: actionTitle(advice.action, advice.service, change),
      reason: advice.reason,
      ...(command === undefined ? {} : { command }),
      evidence: advice.evidence,
    };
  });
}

function actionTitle(
  action: BriefAction['action'],
  service: string,
  change: ChangeFinding | undefined,
): string {
  const { rollback, previousVersion, previousRevision } = change?.deploy ?? {};
  const target = rollback?.toVersion ?? previousVersion ?? rollback?.toRevision ?? previousRevision;
  const name = sayName(service);
  const titles = {
    rollback: target === undefined ? `Roll ${name} back` : `Roll ${name} back to ${sayName(target)}`,
    restart: `Restart ${name}`,
    'scale-up': `Scale ${name} up`,
    'config-change': `Change the configuration of ${name}`,
    'traffic-shift': `Shift traffic away from ${name}`,
    investigate: `Look at ${name}`,
  } as const;
  return titles[action];
}

/** What the answer cites, then what else points at the first suspect. */
function toEvidence(
  { analysis, evidence }: BriefInput,
  findings: ReadonlyMap<string, Finding>,
  queries: ReadonlyMap<string, BriefQuery>,
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
    .map(({ id, statement, queryIds }) => ({
      id,
      text: statement,
      queries: queryIds
        .map((queryId) => queries.get(queryId))
        .filter((query) => query !== undefined)
        .slice(0, MAX_QUERIES_PER_LINE),
    }));
}

function toFooter({ analysis, collection, evidence, pending }: BriefInput): BriefFooter {
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
    ],
    ...definedOnly({
      model: analysis.analyzer.model,
      costUsd: analysis.usage && totalCostUsd(analysis.usage),
      pending,
    }),
  };
}
