import { type MetricRole, type MetricSignal, shareRoles } from '@midwatch/core';
import { judgement } from '../judgement.js';
import type { MetricShift } from '../metric-shifts/find-metric-shifts.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import { formatQuantity, formatTime } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import type { Clue, ClueFamily } from './clue.js';
import { referTo } from './signal-references.js';

interface RoleMeaning {
  readonly family: ClueFamily;
  readonly bad: 'up' | 'down' | 'both';
  /** Follows from a fault elsewhere as easily as from one here. */
  readonly mayBeSymptom: boolean;
}

const meanings: Record<MetricRole, RoleMeaning> = {
  'request.rate': { family: 'traffic', bad: 'both', mayBeSymptom: true },
  'error.ratio': { family: 'errors', bad: 'up', mayBeSymptom: true },
  'latency.p50': { family: 'time', bad: 'up', mayBeSymptom: true },
  'latency.p95': { family: 'time', bad: 'up', mayBeSymptom: true },
  'latency.p99': { family: 'time', bad: 'up', mayBeSymptom: true },
  'cpu.usage': { family: 'resources', bad: 'up', mayBeSymptom: false },
  'cpu.throttling': { family: 'resources', bad: 'up', mayBeSymptom: false },
  'memory.usage': { family: 'resources', bad: 'up', mayBeSymptom: false },
  restarts: { family: 'resources', bad: 'up', mayBeSymptom: false },
  'connections.used': { family: 'resources', bad: 'up', mayBeSymptom: true },
  'connections.max': { family: 'resources', bad: 'down', mayBeSymptom: false },
  'connections.waiting': { family: 'resources', bad: 'up', mayBeSymptom: true },
  'queue.depth': { family: 'resources', bad: 'up', mayBeSymptom: true },
  'disk.usage': { family: 'resources', bad: 'up', mayBeSymptom: false },
  'saturation.other': { family: 'resources', bad: 'up', mayBeSymptom: true },
};
const unknown: RoleMeaning = { family: 'resources', bad: 'both', mayBeSymptom: true };
const { unknownGain, ofNode, passing, surelyReached } = judgement.metrics;
const gains: Readonly<Record<MetricRole, number>> = judgement.metrics.gain;
const limits: Partial<Record<MetricRole, number>> = judgement.metrics.limit;
const gainsAtLimit: Partial<Record<MetricRole, number>> = judgement.metrics.gainAtLimit;

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
  const full = signal.role === undefined ? unknownGain : gains[signal.role];
  const limit = limitOf(shift, signal);
  const atLimit = limit !== undefined && shift.after >= limit;
  // From far below to the limit is telling even by a point or two.
  const reached = atLimit && shift.before <= limit / 2;
  const sure = reached ? Math.max(surelyReached, shift.strength) : shift.strength;
  const gain = atLimit && signal.role !== undefined ? (gainsAtLimit[signal.role] ?? full) : full;
  return gain * sure * (shift.lasting ? 1 : passing) * (isOfNode(signal) ? ofNode : 1);
}

/** The level from which it hurts by itself, in the unit of the shift, where that unit is one of shares. */
function limitOf(shift: MetricShift, { role }: MetricSignal): number | undefined {
  const limit = role === undefined ? undefined : limits[role];
  const scale = shift.unit === '%' ? 100 : shift.unit === '1' ? 1 : undefined;
  return limit === undefined || scale === undefined ? undefined : limit * scale;
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
    formatQuantity(value, shift.unit, isRatio && signal.role !== undefined && shareRoles.has(signal.role));
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
