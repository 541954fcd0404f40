import { type EventObject, eventTimes } from './event-object.js';
import { oneLine, type Trouble } from './trouble.js';

/** Events of type Normal that still tell of trouble or of a change of capacity; the others are the daily round. */
const telling: ReadonlySet<string> = new Set([
  'NodeNotReady',
  'NodeNotSchedulable',
  'NodeHasDiskPressure',
  'NodeHasInsufficientMemory',
  'NodeHasInsufficientPID',
  'Preempted',
  'RemovingNode',
  'DeletingNode',
  'SuccessfulRescale',
  'TaintManagerEviction',
]);

/** The object that an event is about, in either shape. */
export function aboutOf(event: EventObject): { readonly kind: string; readonly name: string } {
  const reference = event.regarding ?? event.involvedObject;
  return { kind: reference?.kind ?? 'Unknown', name: reference?.name ?? '' };
}

/** A warning, or one of the few other events that matter. One event stands for all its repetitions. */
export function toEventTrouble(event: EventObject, service: string | undefined): Trouble | undefined {
  const { metadata, reason, type } = event;
  const times = eventTimes(event);
  const isWarning = type === 'Warning';
  if (!reason || times === undefined || (!isWarning && !telling.has(reason))) return undefined;
  const { kind, name } = aboutOf(event);
  const text = oneLine(withoutPod(event.note ?? event.message ?? reason, name));
  return {
    since: times.first,
    untilMs: times.lastMs,
    state: 'unknown',
    reason,
    title: times.count > 1 ? `${text} (${times.count} times)` : text,
    service,
    namespace: metadata.namespace ?? undefined,
    object: `${kind.toLowerCase()}/${name}`,
    severity: isWarning ? 'warning' : undefined,
    identity: ['event', metadata.uid ?? metadata.name],
  };
}

/** `... in pod orders-7d9f-x2x4q_shop(0f3c...)`: the object says it, and without it equal troubles read alike. */
function withoutPod(text: string, name: string): string {
  const at = name === '' ? -1 : text.indexOf(` in pod ${name}_`);
  return at < 0 ? text : text.slice(0, at);
}
