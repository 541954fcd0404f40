import { collectSignals, type MetricPoint, plan } from '@midwatch/core';
import type { MetricShiftFinding } from '@midwatch/core/incident';
import type { LookedCase } from './propose-step.js';
import type { ResponderContext } from './responder-options.js';

const CHECK_DEADLINE_MS = 10_000;
const MAX_WINDOW_MS = 60 * 60_000;
/** Nearer to its usual level than this share of the way to its worst value: it is back. */
const BACK = 0.1;
/** Beyond its worst value before the action by half of the way to there: it is clearly worse. */
const CLEARLY = 1.5;
/** Of the newest, all must say so. */
const NEWEST = 2;

export interface MeasuredEffect {
  readonly course: 'over' | 'worse' | 'open';
  /** `latency.p99 of checkout 190 ms, before the incident 185 ms` */
  readonly text: string;
}

/**
 * Reads the number that leads the brief once more, and nothing else. `undefined` when there is none, or no source has told it since:
 * then the alerts alone tell. Rejects on abort only.
 */
export async function measureEffect(
  context: ResponderContext,
  looked: LookedCase,
  sinceMs: number,
  signal: AbortSignal,
): Promise<MeasuredEffect | undefined> {
  const shift = decisiveShift(context, looked);
  if (shift === undefined) return undefined;
  const points = await readAgain(context, looked, shift, signal);
  const last = points.findLast(([atMs]) => atMs > sinceMs);
  if (last === undefined) return undefined;
  const name = `${shift.role ?? shift.metric}${shift.service === undefined ? '' : ` of ${shift.service}`}`;
  const say = (value: number) => sayValue(value, shift);
  return {
    course: courseSince(shift, points, sinceMs),
    text: `${name} ${say(last[1])}, usually ${say(shift.before)}`,
  };
}

/** Over, clearly worse than before the action, or neither (yet): by the newest points after it. */
export function courseSince(
  { before, direction, onsetMs = 0, peak }: MetricShiftFinding,
  points: readonly MetricPoint[],
  sinceMs: number,
): MeasuredEffect['course'] {
  const sign = direction === 'up' ? 1 : -1;
  const excess = (value: number) => (value - before) * sign;
  const worst = points
    .filter(([atMs]) => atMs >= onsetMs && atMs <= sinceMs)
    .reduce((most, [, value]) => Math.max(most, excess(value)), excess(peak));
  const newest = points.filter(([atMs]) => atMs > sinceMs).slice(-NEWEST);
  if (newest.length < NEWEST || !(worst > 0)) return 'open';
  if (newest.every(([, value]) => excess(value) <= BACK * worst)) return 'over';
  return newest.every(([, value]) => excess(value) >= CLEARLY * worst) ? 'worse' : 'open';
}

function decisiveShift(
  { parts }: ResponderContext,
  { analysis, look }: LookedCase,
): MetricShiftFinding | undefined {
  const { alert, collection, evidence, nowMs } = look;
  const [number] = parts.toBrief({ alert, collection, evidence, analysis, nowMs }).numbers;
  const finding = evidence.findings.find(({ id }) => id === number?.findingId);
  return finding?.kind === 'metric-shift' ? finding : undefined;
}

async function readAgain(
  context: ResponderContext,
  { look }: LookedCase,
  shift: MetricShiftFinding,
  signal: AbortSignal,
): Promise<readonly MetricPoint[]> {
  const { connectors, fetch, maxBodyBytes, now, onEvent, parts, redact } = context;
  const nowMs = now();
  const { alert, evidence } = look;
  const { pod: _, service, ...target } = alert.target;
  const named = shift.service ?? service;
  const planned = plan(
    { ...alert, target: { ...target, ...(named === undefined ? {} : { service: named }) } },
    nowMs,
    {
      ...context.plan,
      window: { startMs: Math.max(evidence.window.startMs, nowMs - MAX_WINDOW_MS), endMs: nowMs },
      baseline: evidence.baseline,
    },
  );
  const collection = await collectSignals({
    ...{ connectors, redact, signal, deadlineMs: CHECK_DEADLINE_MS },
    plan: {
      ...planned,
      queries: planned.queries.filter(({ kind }) => kind === 'metrics'),
      secondWave: () => [],
    },
    ...(onEvent === undefined ? {} : { onEvent }),
    ...(fetch === undefined ? {} : { fetch }),
    ...(maxBodyBytes === undefined ? {} : { maxBodyBytes }),
  });
  // As it was drawn then, a counter as a rate; once it is over nothing is drawn, and the series itself tells.
  const again = parts
    .reduce(collection, alert)
    .findings.find((finding) => finding.kind === 'metric-shift' && isSame(finding, shift));
  const whole = collection.signals.metrics
    .filter(({ type }) => type !== 'counter')
    .filter(({ name, ...signalled }) => isSame({ ...signalled, metric: name }, shift))
    .flatMap(({ points }) => points)
    .toSorted(([one], [other]) => one - other);
  if (whole.length > 0) return whole;
  return again?.kind === 'metric-shift' ? again.points : [];
}

type Measured = Pick<MetricShiftFinding, 'metric'> & {
  readonly attributes: object;
  readonly role?: string | undefined;
  readonly service?: string | undefined;
};

/** What measures a role may come under another name where several services were asked for at once. */
function isSame(one: Measured, other: Measured): boolean {
  const key = ({ attributes, metric, role, service }: Measured) =>
    JSON.stringify([
      service ?? '',
      role === undefined || role === 'saturation.other' ? metric : role,
      Object.entries(attributes)
        .map(([name, value]) => [name, String(value).slice(0, 200)])
        .toSorted(([a = ''], [b = '']) => (a < b ? -1 : 1)),
    ]);
  return key(one) === key(other);
}

function sayValue(value: number, { role, unit }: MetricShiftFinding): string {
  const short = (given: number) => String(Number(given.toPrecision(3)));
  if (role === 'error.ratio') return `${short(value * 100)} %`;
  if (unit === 's' && Math.abs(value) < 1) return `${short(value * 1000)} ms`;
  return unit === '' || unit === '1' ? short(value) : `${short(value)} ${unit}`;
}
