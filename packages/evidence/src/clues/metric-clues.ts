import type { MetricRole, MetricSignal } from '@midwatch/core';
import type { MetricShift } from '../metric-shifts/find-metric-shifts.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import { formatQuantity, formatTime } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import type { Clue, ClueFamily } from './clue.js';
import { referTo } from './signal-references.js';

interface RoleMeaning {
  readonly family: ClueFamily;
  /** Nats at full strength, when the metric goes the bad way. */
  readonly gain: number;
  readonly bad: 'up' | 'down' | 'both';
  /** Follows from a fault elsewhere as easily as from one here. */
  readonly mayBeSymptom: boolean;
  /** The level, as a share of the limit, from which it hurts by itself; then `gainAtLimit` counts. */
  readonly limit?: number;
  readonly gainAtLimit?: number;
}

/** Latencies and errors of a service say where it hurts; only what is exhausted says why. */
const meanings: Record<MetricRole, RoleMeaning> = {
  'request.rate': { family: 'traffic', gain: 4, bad: 'both', mayBeSymptom: true },
  'error.ratio': { family: 'errors', gain: 6, bad: 'up', mayBeSymptom: true },
  'latency.p50': { family: 'time', gain: 4, bad: 'up', mayBeSymptom: true },
  'latency.p95': { family: 'time', gain: 4, bad: 'up', mayBeSymptom: true },
  'latency.p99': { family: 'time', gain: 4, bad: 'up', mayBeSymptom: true },
  'cpu.usage': { family: 'resources', gain: 4, bad: 'up', mayBeSymptom: false, limit: 0.8, gainAtLimit: 14 },
  'cpu.throttling': { family: 'resources', gain: 10, bad: 'up', mayBeSymptom: false },
  'memory.usage': {
    family: 'resources',
    gain: 3,
    bad: 'up',
    mayBeSymptom: false,
    limit: 0.9,
    gainAtLimit: 12,
  },
  restarts: { family: 'resources', gain: 12, bad: 'up', mayBeSymptom: false },
  'connections.used': { family: 'resources', gain: 5, bad: 'up', mayBeSymptom: true },
  // A limit that was set lower is a change, not yet harm.
  'connections.max': { family: 'resources', gain: 2, bad: 'down', mayBeSymptom: false },
  'connections.waiting': { family: 'resources', gain: 14, bad: 'up', mayBeSymptom: true },
  'queue.depth': { family: 'resources', gain: 6, bad: 'up', mayBeSymptom: true },
  'disk.usage': { family: 'resources', gain: 4, bad: 'up', mayBeSymptom: false, limit: 0.9, gainAtLimit: 14 },
  'saturation.other': { family: 'resources', gain: 4, bad: 'up', mayBeSymptom: true },
};
/** A metric of unknown meaning needs agreement from elsewhere. */
const unknown: RoleMeaning = { family: 'resources', gain: 1, bad: 'both', mayBeSymptom: true };
/** What a node uses is shared by all that run on it. */
const ofNode = 0.2;
const passing = 0.5;
const surelyReached = 0.6;

export function toMetricClue(shift: MetricShift, signal: MetricSignal): Clue {
  const meaning = signal.role === undefined ? unknown : meanings[signal.role];
  const gain = gainOf(shift, signal, meaning);
  const starves = signal.role === 'request.rate' && shift.direction === 'down';
  const pod = podOf(signal);
  return {
    family: meaning.family,
    blamed: starves || gain === 0 ? undefined : signal.service,
    gain,
    affected: [],
    mayBeSymptom: meaning.mayBeSymptom,
    draft: {
      kind: 'metric-shift',
      ...(signal.service === undefined ? {} : { service: signal.service }),
      ...(pod === undefined ? {} : { pod }),
      statement: statementOf(shift, signal),
      // What recovers, and what nobody knows the meaning of, should not stand first.
      strength: Math.max(
        strengthOf(gain),
        shift.strength * (gain === 0 ? 0.2 : signal.role === undefined ? 0.5 : 1),
      ),
      onsetMs: shift.onsetMs,
      ...referTo([signal]),
      metric: signal.name,
      ...(signal.role === undefined ? {} : { role: signal.role }),
      unit: shift.unit,
      attributes: Object.fromEntries(
        Object.entries(signal.attributes)
          .slice(0, 20)
          .map(([key, value]) => [key, String(value).slice(0, 200)]),
      ),
      direction: shift.direction,
      before: shift.before,
      after: shift.after,
      peak: shift.peak,
      last: shift.last,
      lasting: shift.lasting,
      points: shift.points,
    },
  };
}

function gainOf(shift: MetricShift, signal: MetricSignal, meaning: RoleMeaning): number {
  if (meaning.bad !== 'both' && meaning.bad !== shift.direction) return 0;
  const scale = shift.unit === '%' ? 100 : shift.unit === '1' ? 1 : undefined;
  const atLimit = meaning.limit !== undefined && scale !== undefined && shift.after >= meaning.limit * scale;
  const full = atLimit ? (meaning.gainAtLimit ?? meaning.gain) : meaning.gain;
  // From far below to the limit is telling even by a point or two.
  const reached = atLimit && shift.before <= (meaning.limit * scale) / 2;
  const sure = reached ? Math.max(surelyReached, shift.strength) : shift.strength;
  return full * sure * (shift.lasting ? 1 : passing) * (isOfNode(signal) ? ofNode : 1);
}

function isOfNode(signal: MetricSignal): boolean {
  return /(^|[._])node([._]|$)/.test(signal.name.slice(0, 200));
}

const podAttributes = ['k8s.pod.name', 'pod', 'pod_name'];

function podOf(signal: MetricSignal): string | undefined {
  for (const name of podAttributes) {
    const value = signal.attributes[name];
    if (value !== undefined && value !== '') return String(value);
  }
  return undefined;
}

function statementOf(shift: MetricShift, signal: MetricSignal): string {
  const isRatio = signal.role === 'error.ratio' || shift.unit === '1';
  const say = (value: number): string =>
    formatQuantity(value, shift.unit, isRatio && signal.role !== undefined && ratios.has(signal.role));
  const isShort = signal.name.length <= longestName && signal.name !== signal.role;
  const name =
    signal.role === undefined ? signal.name : `${signal.role}${isShort ? ` (${signal.name})` : ''}`;
  const verb = shift.direction === 'up' ? 'rose' : 'fell';
  const ended = shift.lasting ? '' : `, back at ${say(shift.last)}`;
  const peak =
    say(shift.peak) === say(shift.after)
      ? ''
      : `, ${shift.direction === 'up' ? 'at most' : 'at least'} ${say(shift.peak)}`;
  const known = shift.withinWindow ? ' (no baseline; compared within the window)' : '';
  return `${cut(signal.service ?? 'unknown service', 80)} ${cut(name, 100)} ${verb} from ${say(shift.before)} to ${say(shift.after)}${peak} since ${formatTime(shift.onsetMs)}${ended}${known}.`;
}

/** Names that are whole queries explain nothing. */
const longestName = 40;
const ratios: ReadonlySet<MetricRole> = new Set([
  'error.ratio',
  'cpu.usage',
  'cpu.throttling',
  'memory.usage',
  'disk.usage',
  'saturation.other',
]);
