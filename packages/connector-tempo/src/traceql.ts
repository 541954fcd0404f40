import type { LabelMapping, SignalQueryByKind, Target } from '@midwatch/core';

type TraceQuery = SignalQueryByKind['traces'];

/**
 * Without it Tempo stops at the first traces that it comes upon, which may be half an hour older than the newest. It follows
 * any query, also one of several span sets: https://github.com/grafana/tempo/blob/main/pkg/traceql/expr.y (`root hints`).
 */
const NEWEST_FIRST = 'with (most_recent=true)';

/** Attributes that tell where something runs, by OpenTelemetry's conventions, new and old. */
const placeAttributes = {
  namespace: ['k8s.namespace.name', 'service.namespace'],
  environment: ['deployment.environment.name', 'deployment.environment'],
  cluster: ['k8s.cluster.name'],
} as const;
const serviceAttribute = 'service.name';
const podAttribute = 'k8s.pod.name';

/** What targets are asked for by; `isKnown` where the server has heard of services by their attribute. */
export function toLabelMappings(isKnown: boolean): LabelMapping[] {
  const places = (['namespace', 'environment', 'cluster'] as const).flatMap((field) =>
    placeAttributes[field].map((label): LabelMapping => ({ field, label, chosenBy: 'convention' })),
  );
  return [
    { field: 'service', label: serviceAttribute, chosenBy: isKnown ? 'discovered' : 'convention' },
    ...places,
    { field: 'pod', label: podAttribute, chosenBy: 'convention' },
  ];
}

/**
 * The TraceQL of a query: first with the place, and, where one is asked for, a second without it. Spans often do not tell
 * where they ran, so what only the first asks for is no proof that there is nothing.
 */
export function toTraceQl({ target, minDurationMs, onlyErrors }: TraceQuery): string[] {
  const own = ownConditions(target, minDurationMs);
  const place = placeConditions(target);
  const wide = toText(own, onlyErrors === true);
  return place.length === 0 ? [wide] : [toText([...own, ...place], onlyErrors === true), wide];
}

/** An error anywhere in a trace through the target: the service that the alert names is often the victim and not marked. */
function toText(conditions: readonly string[], onlyErrors: boolean): string {
  const spans = conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }`;
  if (!onlyErrors) return `${spans} ${NEWEST_FIRST}`;
  const errors = '{ status = error }';
  return `${conditions.length === 0 ? errors : `${spans} && ${errors}`} ${NEWEST_FIRST}`;
}

function ownConditions(target: Target, minDurationMs: number | undefined): string[] {
  const { service, operation, pod, labels } = target;
  return [
    ...(service === undefined ? [] : [`resource.${serviceAttribute} = ${quote(service)}`]),
    ...(operation === undefined ? [] : [`name = ${quote(operation)}`]),
    ...(pod === undefined ? [] : [`resource.${podAttribute} = ${quote(pod)}`]),
    ...Object.entries(labels ?? {}).flatMap(([key, value]) => labelCondition(key, value)),
    ...(minDurationMs === undefined ? [] : [`duration >= ${Math.floor(minDurationMs * 1000)}us`]),
  ];
}

function placeConditions(target: Target): string[] {
  return (['namespace', 'environment', 'cluster'] as const).flatMap((place) => {
    const value = target[place];
    if (value === undefined) return [];
    return [anyOf(placeAttributes[place].map((name) => `resource.${name} = ${quote(value)}`))];
  });
}

/** A name that needs no quotes of its own. What has another is not searched for, but checked in the traces that come. */
const plainName = /^[A-Za-z][\w.-]{0,200}$/;
const numberOrBoolean = /^(?:-?\d{1,15}(?:\.\d{1,15})?|true|false)$/;

/** TraceQL compares only what has the same type, and says nothing about a text that is compared with a number. */
function labelCondition(key: string, value: string): string[] {
  if (!plainName.test(key)) return [];
  const asText = `.${key} = ${quote(value)}`;
  return [numberOrBoolean.test(value) ? anyOf([asText, `.${key} = ${value}`]) : asText];
}

/** `&&` and `||` bind equally in TraceQL. */
function anyOf(conditions: readonly string[]): string {
  return conditions.length === 1 ? conditions.join('') : `(${conditions.join(' || ')})`;
}

/** A TraceQL string: its escapes are Go's, of which JSON's are a part, but for halves of surrogate pairs. */
function quote(text: string): string {
  return JSON.stringify(text.toWellFormed());
}
