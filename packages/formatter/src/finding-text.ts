import type {
  ChangeFinding,
  Finding,
  LogPatternFinding,
  MetricShiftFinding,
  TraceFaultFinding,
} from '@midwatch/core/incident';
import { quote, toLine } from './quote.js';

const MAX_STATEMENT = 320;
const MAX_STUB = 110;
const MAX_EXAMPLE = 400;
const MAX_CHANGES = 8;

/** One finding at three lengths, the longest first: what fits the budget is shown, and never less than the last. */
export type Renderings = readonly [full: string, statement: string, stub: string];

export function renderFinding(finding: Finding): Renderings {
  const head = `${finding.id}${finding.service === undefined ? '' : ` [${toLine(finding.service, 80)}]`}`;
  const onset = finding.onsetMs === undefined ? '' : ` (from ${new Date(finding.onsetMs).toISOString()})`;
  const statement = `${head} ${toLine(finding.statement, MAX_STATEMENT)}${onset}`;
  const details = detailsOf(finding).map((detail) => `    ${detail}`);
  return [[statement, ...details].join('\n'), statement, `${head} ${toLine(finding.statement, MAX_STUB)}`];
}

function detailsOf(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'log-pattern':
      return logDetails(finding);
    case 'metric-shift':
      return metricDetails(finding);
    case 'trace-fault':
      return traceDetails(finding);
    case 'change':
      return changeDetails(finding);
    case 'cluster-event':
      return [`${quote(finding.title, 200)}, reason ${quote(finding.reason, 80)}, ${finding.count} times`];
  }
}

function logDetails({
  change,
  level,
  window,
  baseline,
  example,
  traceIds,
}: LogPatternFinding): readonly string[] {
  const rate = (count: number, ratePerMinute: number) => `${count} (${ratePerMinute.toFixed(2)}/min)`;
  const words = `${change}${level === undefined ? '' : `, ${level}`}`;
  return [
    `${words}: window ${rate(window.count, window.ratePerMinute)}, baseline ${rate(baseline.count, baseline.ratePerMinute)}`,
    `example ${quote(example, MAX_EXAMPLE)}`,
    ...(traceIds.length === 0 ? [] : [`in ${traceIds.length} sampled traces`]),
  ];
}

function metricDetails({
  metric,
  unit,
  before,
  after,
  peak,
  last,
  lasting,
  attributes,
}: MetricShiftFinding): readonly string[] {
  const labels = Object.entries(attributes)
    .slice(0, 6)
    .map(([name, value]) => `${toLine(name, 40)}=${quote(value, 60)}`);
  const values = `before ${number(before)}, after ${number(after)}, peak ${number(peak)}, last ${number(last)}`;
  return [
    `${quote(metric, 120)} in ${quote(unit, 20)}: ${values}, ${lasting ? 'lasting' : 'came back'}`,
    ...(labels.length === 0 ? [] : [labels.join(' ')]),
  ];
}

function traceDetails({ fault, operation, callee, window, baseline }: TraceFaultFinding): readonly string[] {
  const at = operation === undefined ? '' : ` at ${quote(operation, 120)}`;
  const to = callee === undefined ? '' : ` towards ${quote(callee, 80)}`;
  const calls = (statistics: typeof window) =>
    `${statistics.faulty} of ${statistics.calls} calls, p50 ${number(statistics.p50Ms)} ms, p99 ${number(statistics.p99Ms)} ms`;
  return [`${fault}${at}${to}: window ${calls(window)}; baseline ${calls(baseline)}`];
}

function changeDetails({
  deploy,
  changes,
  relation,
  beforeOnsetMs,
  metrics,
}: ChangeFinding): readonly string[] {
  const { version, previousVersion, revision, actor, changeRequest, summary, phase } = deploy;
  const words = [
    `${relation}, ${phase}`,
    ...(previousVersion === undefined ? [] : [`from ${quote(previousVersion, 60)}`]),
    version === undefined ? `to revision ${quote(revision, 60)}` : `to ${quote(version, 60)}`,
    ...(actor === undefined ? [] : [`by ${quote(actor, 60)}`]),
    ...(changeRequest === undefined ? [] : [`request ${quote(changeRequest, 20)}`]),
    ...(beforeOnsetMs === undefined ? [] : [`${Math.round(beforeOnsetMs / 60_000)} min before onset`]),
  ];
  const omitted = changes.length - MAX_CHANGES;
  return [
    words.join(', '),
    ...(summary === undefined ? [] : [`message ${quote(summary, 200)}`]),
    ...changes.slice(0, MAX_CHANGES).map(({ path, before, after }) => {
      return `${quote(path, 120)}: ${value(before)} -> ${value(after)}`;
    }),
    ...(omitted > 0 ? [`and ${omitted} more changed values`] : []),
    ...metrics.slice(0, 4).map((metric) => {
      const say = (amount: number | undefined) => (amount === undefined ? 'unknown' : number(amount));
      const { beforeChange, betweenChangeAndOnset, afterOnset } = metric;
      const values = `before the change ${say(beforeChange)}, until onset ${say(betweenChangeAndOnset)}, after onset ${say(afterOnset)}`;
      return `${metric.role ?? quote(metric.metric, 80)} in ${quote(metric.unit, 20)}: ${values}`;
    }),
  ];
}

function value(text: string | null): string {
  return text === null ? 'absent' : quote(text, 160);
}

/** Four significant digits: enough to compare, cheap to read. */
function number(amount: number): string {
  return String(Number(amount.toPrecision(4)));
}
