import { type MetricRole, shareRoles } from '@midwatch/core';
import type {
  BriefInput,
  BriefNumber,
  BriefQuery,
  ChangeFinding,
  MetricShiftFinding,
} from '@midwatch/core/incident';
import { courseOf } from './course.js';
import { definedOnly } from './defined-only.js';
import { sayName } from './plain-text.js';
import { toChart } from './sparkline.js';

const MAX_NUMBERS = 5;

/** What people look at first in an incident, in this order. */
const roleOrder: readonly MetricRole[] = [
  'latency.p99',
  'error.ratio',
  'latency.p95',
  'connections.waiting',
  'connections.used',
  'request.rate',
];

/** Better than before in itself: what fails fast is fast. */
const isBetterDown: ReadonlySet<MetricRole> = new Set([
  'latency.p50',
  'latency.p95',
  'latency.p99',
  'error.ratio',
  'connections.waiting',
]);

const roleLabels: Readonly<Record<string, string>> = {
  'latency.p50': 'latency p50',
  'latency.p95': 'latency p95',
  'latency.p99': 'latency p99',
  'error.ratio': 'error ratio',
  'request.rate': 'request rate',
  'connections.used': 'connections in use',
  'connections.waiting': 'waiting for a connection',
  'cpu.usage': 'CPU',
  'cpu.throttling': 'CPU throttling',
  'memory.usage': 'memory',
  'disk.usage': 'disk',
  'queue.depth': 'queue depth',
};

/** A longer name is a whole query. */
const MAX_NAME = 60;

/**
 * The shifts of the alerting service and of the first suspect, one for each role, the most telling roles first and what only
 * became better last. The first one is the decisive number of the brief.
 */
export function toNumbers(
  input: BriefInput,
  change: ChangeFinding | undefined,
  queries: ReadonlyMap<string, BriefQuery>,
): readonly BriefNumber[] {
  const { alert, evidence } = input;
  const own = alert.target.service ?? evidence.suspects[0]?.service;
  const services = [evidence.suspects[0]?.service, own];
  const isOthers = ({ service }: MetricShiftFinding) => service !== undefined && service !== own;
  const shifts = evidence.findings
    .filter((finding) => finding.kind === 'metric-shift')
    .filter(({ service }) => service === undefined || services.includes(service));
  const rank = ({ direction, role }: MetricShiftFinding) => {
    if (role !== undefined && direction === 'down' && isBetterDown.has(role)) return roleOrder.length + 1;
    const index = role === undefined ? -1 : roleOrder.indexOf(role);
    return index === -1 ? roleOrder.length : index;
  };
  const sorted = [...shifts].sort(
    (one, other) =>
      rank(one) - rank(other) ||
      Number(isOthers(one)) - Number(isOthers(other)) ||
      other.strength - one.strength,
  );
  const seen = new Set<string>();
  const numbers: BriefNumber[] = [];
  for (const shift of sorted) {
    const label = labelOf(shift);
    if (seen.has(label) || numbers.length === MAX_NUMBERS) continue;
    seen.add(label);
    const { scale, unit } = unitOf(shift);
    const beforeChange = beforeChangeOf(shift, change);
    numbers.push({
      label,
      unit,
      before: shift.before * scale,
      now: shift.last * scale,
      peak: shift.peak * scale,
      points: shift.points.map(([atMs, value]) => [atMs, value * scale]),
      findingId: shift.id,
      ...definedOnly({
        beforeChange: beforeChange === undefined ? undefined : beforeChange * scale,
        query: shift.queryIds.map((id) => queries.get(id)).find((found) => found !== undefined),
        service: isOthers(shift) ? shift.service : undefined,
        ...shapeOf(shift, change, input),
      }),
    });
  }
  return numbers;
}

/** A share is told in per cent. */
function unitOf({ role, unit }: MetricShiftFinding): { readonly unit: string; readonly scale: number } {
  return unit === '1' && role !== undefined && shareRoles.has(role)
    ? { unit: '%', scale: 100 }
    : { unit, scale: 1 };
}

/** The finding tells it of the service that was changed; another's number was never that. */
function beforeChangeOf(shift: MetricShiftFinding, change: ChangeFinding | undefined): number | undefined {
  if (shift.service !== change?.deploy.service) return undefined;
  return change?.metrics.find(({ metric, role }) =>
    role === undefined ? metric === shift.metric : role === shift.role,
  )?.beforeChange;
}

/** How it goes on, and its shape with onset and change marked. */
function shapeOf(
  shift: MetricShiftFinding,
  change: ChangeFinding | undefined,
  { evidence, nowMs }: BriefInput,
) {
  const { before, direction, last: now, points } = shift;
  const onsetMs = shift.onsetMs ?? evidence.onsetMs;
  const course =
    onsetMs === undefined ? 'unknown' : courseOf({ points, before, now, direction, onsetMs, nowMs });
  const deploy = change?.deploy;
  const marked =
    deploy === undefined
      ? undefined
      : {
          atMs: deploy.timestampMs,
          name: [deploy.service, deploy.version ?? 'change'].map(sayName).join(' '),
        };
  return { course, chart: toChart(points, { onsetMs: evidence.onsetMs ?? onsetMs, change: marked }, nowMs) };
}

function labelOf({ role, metric }: MetricShiftFinding): string {
  if (role === undefined) return metric;
  // What is saturated, only its name can say.
  if (role === 'saturation.other') return metric.length <= MAX_NAME ? metric : 'saturation';
  return roleLabels[role] ?? role;
}
