import type { IncidentSignal, TimeWindow } from '@midwatch/core';
import type { Alert } from '@midwatch/core/incident';
import type { Clue } from '../clues/clue.js';
import { referTo } from '../clues/signal-references.js';
import { judgement } from '../judgement.js';
import { strengthOf } from '../statistics/evidence-gain.js';
import { formatTime } from '../wording/numbers.js';
import { cut, quote } from '../wording/quote.js';

/** Words of reasons that by themselves take a service down, and those that only say that something moved. */
const grave =
  /oom|crash|evict|backoff|failed|unhealthy|notready|killed|diskpressure|memorypressure|pidpressure|nodelost|unschedulable|deadline|lost|down|unreachable|expired/i;
const routine =
  /^(scheduled|pulled|pulling|created|started|killing|successfulcreate|scalingreplicaset|sync|normal)/i;

const { graveGain, otherGain, routineGain, oldShare } = judgement.events;

/** One clue per kind of problem and service that the cluster or the monitoring itself reports. */
export function findClusterEvents(
  incidents: readonly IncidentSignal[],
  window: TimeWindow,
  alert: Alert,
): readonly Clue[] {
  const groups = new Map<string, IncidentSignal[]>();
  for (const signal of incidents) {
    if (isTheAlert(signal, alert) || signal.timestampMs >= window.endMs) continue;
    const name = JSON.stringify([signal.service, signal.namespace, signal.reason, signal.title]);
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [signal]);
    else known.push(signal);
  }
  return Array.from(groups.values(), (group) => toClue(group, window));
}

function isTheAlert(signal: IncidentSignal, alert: Alert): boolean {
  return signal.reason === alert.name || signal.title === alert.name;
}

function toClue(group: readonly IncidentSignal[], window: TimeWindow): Clue {
  const first = group.reduce((a, b) => (b.timestampMs < a.timestampMs ? b : a));
  const inWindow = group.filter((signal) => signal.timestampMs >= window.startMs);
  const base = grave.test(first.reason) ? graveGain : routine.test(first.reason) ? routineGain : otherGain;
  const ended = group.every((signal) => signal.state === 'resolved' && (signal.endMs ?? 0) < window.startMs);
  const gain = base * (inWindow.length > 0 ? 1 : oldShare) * (ended ? 0.2 : 1);
  const objects = new Set(group.flatMap((signal) => signal.object ?? []));
  const object = objects.size === 1 ? first.object : undefined;
  const observers = new Set(group.map(({ connectorId }) => connectorId));
  const place = object ?? (objects.size > 1 ? undefined : first.service);
  const several = objects.size > 1 ? `${objects.size} objects` : 'the cluster';
  const where = place === undefined ? several : cut(place, 80);
  const onset =
    inWindow[0] === undefined ? first : inWindow.reduce((a, b) => (b.timestampMs < a.timestampMs ? b : a));
  return {
    family: 'events',
    blamed: first.service,
    gain,
    affected: [],
    mayBeSymptom: !grave.test(first.reason),
    draft: {
      kind: 'cluster-event',
      ...(first.service === undefined ? {} : { service: first.service }),
      ...podOf(object),
      statement: `${cut(first.reason, 60)} on ${where}: ${quote(first.title, 160)} (${group.length === 1 ? 'once' : `${group.length} times`}, first at ${formatTime(first.timestampMs)}).`,
      strength: strengthOf(gain),
      onsetMs: onset.timestampMs,
      ...referTo(group),
      title: first.title,
      reason: first.reason,
      ...(object === undefined ? {} : { object }),
      ...(first.namespace === undefined ? {} : { namespace: first.namespace }),
      ...(observers.size === 1 ? { connectorId: first.connectorId } : {}),
      count: group.length,
    },
  };
}

function podOf(object: string | undefined): { pod?: string } {
  return object?.startsWith('pod/') === true ? { pod: object.slice('pod/'.length) } : {};
}
