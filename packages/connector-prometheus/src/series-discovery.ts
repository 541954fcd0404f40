import type { Gap, Target } from '@midwatch/core';
import type { Labels } from './labels.js';
import { outcomeLabels } from './metric-conventions.js';
import type { MatrixSeries } from './prometheus-api.js';
import { aggregate, isLabelName, type Matcher, toSelector } from './promql.js';
import {
  partLabels,
  podMatcher,
  scopeLabels,
  scopes,
  serviceLabels,
  serviceMatcher,
  toServiceName,
} from './service-labels.js';

/** What the store has about a target: per metric name, the label sets that matter, each once. */
export type FoundSeries = ReadonlyMap<string, readonly Labels[]>;

/** How series of one name are narrowed to the target and told apart by service. */
export interface NameScope {
  readonly matchers: readonly Matcher[];
  readonly groupBy: readonly string[];
  /** Labels that tell the parts of one service apart: its pools, its queues. */
  readonly partBy: readonly string[];
  /** The label that carries the service in results; absent where only the pods' names tell it. */
  readonly serviceLabel: string | undefined;
}

/** Keeps of a classic histogram one bucket, which is enough to know it by. */
const oneBucket: Matcher = { label: 'le', operator: '=~', value: '|\\+Inf' };

/** One cheap query: which metrics of the target exist, and under which labels. `names` limits it to patterns of names. */
export function toDiscoveryQuery(
  target: Target,
  names: readonly string[] | undefined,
  serviceLabel: string | undefined,
): string {
  const common: Matcher[] = [...(names === undefined ? [] : [nameMatcher(names)]), oneBucket];
  const { service } = target;
  const ways = service === undefined ? [] : waysToName(service, serviceLabel);
  const selectors =
    ways.length === 0
      ? [toSelector(undefined, common)]
      : ways.map((way) => toSelector(undefined, [way, ...common]));
  const by = new Set([
    '__name__',
    ...(serviceLabel === undefined ? serviceLabels : [serviceLabel, 'container']),
    ...scopes.filter((scope) => target[scope] !== undefined).flatMap((scope) => scopeLabels[scope]),
    ...Object.keys(target.labels ?? {}).filter(isLabelName),
    ...outcomeLabels,
    ...partLabels,
    'quantile',
  ]);
  return aggregate('count', [...by], selectors.join(' or '));
}

/** Exact where it can be: Google's service takes no other. */
function nameMatcher(patterns: readonly string[]): Matcher {
  const value = patterns.join('|');
  return { label: '__name__', operator: /^[\w:]+$/.test(value) ? '=' : '=~', value };
}

function waysToName(service: string, serviceLabel: string | undefined): readonly Matcher[] {
  if (serviceLabel !== undefined) return [serviceMatcher(serviceLabel, service)];
  return [...serviceLabels.map((label) => serviceMatcher(label, service)), podMatcher('pod', service)];
}

export function toFoundSeries(rows: readonly MatrixSeries[]): FoundSeries {
  const found = new Map<string, Labels[]>();
  for (const { metric } of rows) {
    const { __name__: name, ...labels } = metric;
    if (name === undefined) continue;
    const known = found.get(name);
    if (known === undefined) found.set(name, [labels]);
    else known.push(labels);
  }
  return found;
}

export interface TargetScope {
  /** `undefined` when the target has no series of this name. */
  scopeOf(name: string): NameScope | undefined;
  /** What the store cannot tell apart although the target asks for it; known once all names were asked about. */
  gaps(): readonly Gap[];
}

export function createTargetScope(
  target: Target,
  found: FoundSeries,
  serviceLabel: string | undefined,
): TargetScope {
  const unmapped = new Set<string>();
  const known = new Map<string, NameScope | undefined>();

  function find(name: string): NameScope | undefined {
    let rows = found.get(name) ?? [];
    if (rows.length === 0) return undefined;
    const matchers: Matcher[] = [];
    const label = findServiceLabel(rows, target.service, serviceLabel);
    if (target.service !== undefined) {
      matchers.push(
        label === undefined ? podMatcher('pod', target.service) : serviceMatcher(label, target.service),
      );
    }
    for (const [scope, labels, value] of wishesOf(target)) {
      const present = labels.filter((one) => rows.some((row) => Object.hasOwn(row, one)));
      if (present.length === 0) {
        unmapped.add(scope);
        continue;
      }
      const carrying = present.find((one) =>
        rows.some((row) => Object.hasOwn(row, one) && row[one] === value),
      );
      if (carrying === undefined) return undefined;
      rows = rows.filter((row) => row[carrying] === value);
      matchers.push({ label: carrying, operator: '=', value });
    }
    const groupBy = label ?? (target.service === undefined ? 'instance' : undefined);
    return {
      matchers: [...matchers, ...extraMatchers(name, rows, target.service === undefined ? undefined : label)],
      groupBy: groupBy === undefined ? [] : [groupBy],
      partBy: partLabels.filter((one) => one !== groupBy && rows.some((row) => Object.hasOwn(row, one))),
      serviceLabel: label,
    };
  }

  return {
    scopeOf(name) {
      if (!known.has(name)) known.set(name, find(name));
      return known.get(name);
    },
    gaps: () =>
      [...unmapped].map((scope) => ({
        reason: 'unmapped-target' as const,
        detail: `some metrics have no label for the ${scope}; series of others may be in`,
      })),
  };
}

function wishesOf(
  target: Target,
): readonly (readonly [scope: string, labels: readonly string[], value: string])[] {
  const wishes: (readonly [string, readonly string[], string])[] = [];
  for (const scope of scopes) {
    const value = target[scope];
    if (value !== undefined) wishes.push([scope, scopeLabels[scope], value]);
  }
  for (const [label, value] of Object.entries(target.labels ?? {})) {
    wishes.push([
      `label ${isLabelName(label) ? label : 'with an odd name'}`,
      isLabelName(label) ? [label] : [],
      value,
    ]);
  }
  return wishes;
}

/** The likeliest label that names the service; without one, the label that most of the series have. */
function findServiceLabel(
  rows: readonly Labels[],
  service: string | undefined,
  given: string | undefined,
): string | undefined {
  const candidates = given === undefined ? serviceLabels : [given];
  if (service !== undefined) {
    return candidates.find((label) =>
      rows.some((row) => Object.hasOwn(row, label) && toServiceName(label, row[label] ?? '') === service),
    );
  }
  let best: { readonly label: string; readonly count: number } | undefined;
  for (const label of candidates) {
    const count = rows.filter((row) => Object.hasOwn(row, label)).length;
    if (count > (best?.count ?? 0)) best = { label, count };
  }
  return best?.label;
}

/** Counts each thing once where an exporter tells it several times. */
function extraMatchers(name: string, rows: readonly Labels[], label: string | undefined): readonly Matcher[] {
  const isNarrowed = label === 'container';
  // cAdvisor: the pod's own cgroup has no container, its pause container is called POD.
  if (name.startsWith('container_') && !isNarrowed && rows.some((row) => (row['container'] ?? '') !== '')) {
    return ['', 'POD'].map((value) => ({ label: 'container', operator: '!=' as const, value }));
  }
  if (name.startsWith('istio_')) return [{ label: 'reporter', operator: '=', value: 'destination' }];
  if (/span_?metrics_|^calls_total|^duration_milliseconds/.test(name)) {
    return [{ label: 'span_kind', operator: '=', value: 'SPAN_KIND_SERVER' }];
  }
  return [];
}
