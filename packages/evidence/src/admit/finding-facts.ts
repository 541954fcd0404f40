import type { Finding } from '@midwatch/core/incident';
import { type ClaimedNumber, claimedNumbers, type Dimension } from './claim-numbers.js';

/** What findings say, in a form that claims can be checked against. */
export interface Facts {
  /** Whether some number of the findings, rounded as the claim is, is the claimed one. */
  covers(claimed: ClaimedNumber): boolean;
  /** Whether something happened at that time of day, to the minute. */
  happensAt(clockTime: string): boolean;
  /** Whether these words stand in the findings, or in what else was given; case and the kind of quotes do not matter. */
  says(words: string): boolean;
  /** Whether it is the path or the whole value of a setting that was changed, and one word. */
  isValue(words: string): boolean;
}

interface Fact {
  readonly dimension: Dimension;
  readonly value: number;
}

/** What people round beyond the last printed digit. */
const relativeSlack = 0.01;
const factorSlack = 0.1;

/** `more` are texts of our own that go with the findings: names of services, reasons of suspects. */
export function toFacts(findings: readonly Finding[], more: readonly string[] = []): Facts {
  const facts: Fact[] = [];
  const times: number[] = [];
  const texts: string[] = [];
  for (const finding of findings) {
    const words = textsOf(finding);
    texts.push(...words);
    for (const text of words)
      for (const { dimension, value } of claimedNumbers(text)) facts.push({ dimension, value });
    facts.push(...numbersOf(finding), ...factorsOf(finding));
    times.push(...timesOf(finding));
  }
  const text = comparable([...texts, ...more].join('\n'));
  const values = new Set(findings.flatMap(valuesOf).filter(isOneWord).map(comparable));
  const minutes = new Set(times.flatMap((ms) => clockMinutes(ms)));
  return {
    says: (words) => text.includes(comparable(words)),
    isValue: (words) => values.has(comparable(words)),
    covers: (claimed) => facts.some((fact) => agrees(fact, claimed)),
    happensAt: (clockTime) => minutes.has(minuteOf(clockTime)) || text.includes(clockTime),
  };
}

function isOneWord(text: string): boolean {
  return /^\S+$/.test(text);
}

function comparable(text: string): string {
  return text.toLowerCase().replaceAll(/["“”]/g, "'");
}

function agrees(fact: Fact, claimed: ClaimedNumber): boolean {
  const same =
    fact.dimension === claimed.dimension || fact.dimension === 'plain' || claimed.dimension === 'plain';
  if (!same) return false;
  const slack = claimed.dimension === 'factor' ? factorSlack : relativeSlack;
  const off = Math.abs(Math.abs(fact.value) - claimed.value);
  return off <= claimed.roundedBy * 1.001 || off <= slack * claimed.value;
}

function textsOf(finding: Finding): readonly string[] {
  const common = [finding.statement, finding.service ?? '', finding.pod ?? '', finding.operation ?? ''];
  if (finding.kind === 'log-pattern')
    return [...common, finding.template, finding.example, ...finding.traceIds];
  if (finding.kind === 'metric-shift')
    return [...common, finding.metric, finding.role ?? '', ...Object.values(finding.attributes)];
  if (finding.kind === 'trace-fault')
    return [...common, finding.callee ?? '', finding.fault, ...finding.exampleTraceIds];
  if (finding.kind === 'cluster-event')
    return [...common, finding.title, finding.reason, finding.object ?? ''];
  const { deploy } = finding;
  const versions = [
    deploy.version,
    deploy.previousVersion,
    deploy.revision,
    deploy.previousRevision,
    deploy.sourceRevision,
  ];
  const people = [
    deploy.actor,
    deploy.changeRequest,
    deploy.summary,
    deploy.repository,
    deploy.rollback?.toVersion,
  ];
  return [...common, ...[...versions, ...people].map((text) => text ?? ''), ...valuesOf(finding)];
}

function valuesOf(finding: Finding): readonly string[] {
  if (finding.kind !== 'change') return [];
  return finding.changes.flatMap(({ after, before, path }) => [path, before ?? '', after ?? '']);
}

function numbersOf(finding: Finding): readonly Fact[] {
  if (finding.kind === 'log-pattern') {
    const { window, baseline, signalCount } = finding;
    return plain([window.count, baseline.count, signalCount, window.ratePerMinute, baseline.ratePerMinute]);
  }
  if (finding.kind === 'metric-shift') {
    return [finding.before, finding.after, finding.peak, finding.last].flatMap((value) =>
      inUnit(value, finding.unit),
    );
  }
  if (finding.kind === 'trace-fault') {
    const { window, baseline } = finding;
    const times = [window.p50Ms, window.p99Ms, baseline.p50Ms, baseline.p99Ms];
    const shares = [window, baseline].flatMap(({ calls, faulty }) => (calls === 0 ? [] : [faulty / calls]));
    return [
      ...times.map((value): Fact => ({ dimension: 'time', value })),
      ...shares.map((value): Fact => ({ dimension: 'share', value })),
      ...plain([window.calls, window.faulty, baseline.calls, baseline.faulty, finding.signalCount]),
    ];
  }
  if (finding.kind === 'cluster-event') return plain([finding.count]);
  const around = finding.metrics.flatMap((metric) =>
    [metric.beforeChange, metric.betweenChangeAndOnset, metric.afterOnset].flatMap((value) =>
      value === undefined ? [] : inUnit(value, metric.unit),
    ),
  );
  const ago: Fact[] =
    finding.beforeOnsetMs === undefined ? [] : [{ dimension: 'time', value: finding.beforeOnsetMs }];
  return [...around, ...ago, ...plain([finding.deploy.changes.length])];
}

/** How many times more or less: what the model may say instead of both values. */
function factorsOf(finding: Finding): readonly Fact[] {
  const pairs: (readonly [number | undefined, number | undefined])[] = [];
  if (finding.kind === 'metric-shift')
    pairs.push([finding.before, finding.after], [finding.before, finding.peak]);
  if (finding.kind === 'trace-fault') {
    pairs.push(
      [finding.baseline.p50Ms, finding.window.p50Ms],
      [finding.baseline.p99Ms, finding.window.p99Ms],
    );
  }
  if (finding.kind === 'log-pattern')
    pairs.push([finding.baseline.ratePerMinute, finding.window.ratePerMinute]);
  if (finding.kind === 'change') {
    for (const metric of finding.metrics) {
      pairs.push([metric.beforeChange, metric.afterOnset], [metric.betweenChangeAndOnset, metric.afterOnset]);
    }
  }
  return pairs.flatMap(([before, after]) => {
    if (before === undefined || after === undefined || before === 0 || after === 0) return [];
    return [after / before, before / after].map((value): Fact => ({ dimension: 'factor', value }));
  });
}

const msOfUnit: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  ms: 1,
  s: 1000,
  min: 60_000,
  h: 3_600_000,
};
const bytesOfUnit: Readonly<Record<string, number>> = {
  By: 1,
  kBy: 1000,
  MBy: 1e6,
  GBy: 1e9,
  KiBy: 1024,
  MiBy: 1024 ** 2,
  GiBy: 1024 ** 3,
};

function inUnit(value: number, unit: string): readonly Fact[] {
  const ms = Object.hasOwn(msOfUnit, unit) ? msOfUnit[unit] : undefined;
  if (ms !== undefined) return [{ dimension: 'time', value: value * ms }];
  const bytes = Object.hasOwn(bytesOfUnit, unit) ? bytesOfUnit[unit] : undefined;
  if (bytes !== undefined) return [{ dimension: 'bytes', value: value * bytes }];
  if (unit === '%') return [{ dimension: 'share', value: value / 100 }];
  if (unit === '1')
    return [
      { dimension: 'share', value },
      { dimension: 'plain', value },
    ];
  return plain([value]);
}

function plain(values: readonly number[]): readonly Fact[] {
  return values.map((value) => ({ dimension: 'plain', value }));
}

function timesOf(finding: Finding): readonly number[] {
  const own = finding.onsetMs === undefined ? [] : [finding.onsetMs];
  if (finding.kind === 'log-pattern') {
    return [...own, ...[finding.firstSeenMs, finding.lastSeenMs].filter((ms) => ms !== undefined)];
  }
  if (finding.kind === 'metric-shift') return [...own, ...finding.points.map(([ms]) => ms)];
  if (finding.kind === 'change')
    return [...own, finding.deploy.timestampMs, finding.deploy.timestampMs + (finding.beforeOnsetMs ?? 0)];
  return own;
}

/** The minute itself and, for rounded times, the next one. */
function clockMinutes(ms: number): readonly number[] {
  if (!Number.isFinite(ms)) return [];
  const minute = Math.floor(ms / 60_000);
  return [minute % 1440, (minute + (ms % 60_000 >= 30_000 ? 1 : 0)) % 1440];
}

function minuteOf(clockTime: string): number {
  const [hours = 0, minutes = 0] = clockTime.split(':').map(Number);
  return hours * 60 + minutes;
}
