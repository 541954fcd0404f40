import type { CallContextV1, Gap, Target, TimeWindow } from '@midwatch/core';
import type { LabelMemory } from './label-memory.js';
import { isLabelName, type Matcher, toPattern } from './logql.js';
import type { LokiApi } from './loki-api.js';

/** Labels that may carry the service, the likeliest first. Loki 3 derives `service_name` from the others by itself. */
export const serviceLabels = [
  'service_name',
  'service',
  'app',
  'app_kubernetes_io_name',
  'application',
  'k8s_deployment_name',
  'deployment',
  'component',
  'container',
  'k8s_container_name',
  'container_name',
  'compose_service',
  'job',
] as const;

/** Without a service: labels that most streams have, so that `=~".+"` selects them all. */
const commonLabels = ['service_name', 'job', 'namespace', 'k8s_namespace_name', ...serviceLabels] as const;

const scopeLabels = {
  namespace: ['namespace', 'k8s_namespace_name', 'kubernetes_namespace', 'kubernetes_namespace_name'],
  pod: ['pod', 'k8s_pod_name', 'pod_name', 'kubernetes_pod_name'],
  cluster: ['cluster', 'k8s_cluster_name', 'cluster_name'],
  environment: ['environment', 'env', 'deployment_environment', 'deployment_environment_name'],
} as const satisfies { [K in keyof Target]?: readonly string[] };
const scopes = ['namespace', 'pod', 'cluster', 'environment'] as const;

/** How this server names what the target speaks of. */
export interface FoundLabels {
  readonly serviceLabel: string | undefined;
  /** All label names on the streams in question. */
  readonly names: readonly string[];
}

export interface LabelOptions {
  readonly serviceLabel?: string | undefined;
  readonly namespaceLabel?: string | undefined;
}

/** A target in terms of labels; `undefined` selector: this server cannot be asked about it. */
export interface Selection {
  readonly selector: readonly Matcher[] | undefined;
  readonly filters: readonly (readonly Matcher[])[];
  readonly gaps: readonly Gap[];
  /** The label that carries the service, when the target names one. */
  readonly serviceLabel: string | undefined;
  /** What was asked to find the labels, as a person would repeat it. */
  readonly lookup: string;
}

export async function selectTarget(
  api: LokiApi,
  target: Target,
  window: TimeWindow,
  options: LabelOptions,
  memory: LabelMemory,
  call: CallContextV1,
): Promise<Selection> {
  if (target.service === undefined) {
    const find = async () => ({ serviceLabel: undefined, names: await api.labelNames(window, call) });
    const found = await memory.recall(undefined, find, call);
    return toSelection(target, found, options, 'GET /loki/api/v1/labels');
  }
  const matchers = serviceMatchers(target.service, options);
  const lookup = `GET /loki/api/v1/series?${matchers.map((one) => `match[]=${one.label}`).join('&')}`;
  const { service } = target;
  const find = async () => findServiceLabel(service, await api.series(matchers, window, call), matchers);
  return toSelection(target, await memory.recall(service, find, call), options, lookup);
}

/** `job` is often `namespace/service`. */
function serviceMatcher(label: string, service: string): Matcher {
  return label === 'job'
    ? { label, operator: '=~', value: `(.+/)?${toPattern([service])}` }
    : { label, operator: '=', value: service };
}

function serviceMatchers(service: string, options: LabelOptions): readonly Matcher[] {
  const labels = options.serviceLabel === undefined ? serviceLabels : [options.serviceLabel];
  return labels.map((label) => serviceMatcher(label, service));
}

export function toServiceName(label: string, value: string): string {
  return label === 'job' ? value.slice(value.lastIndexOf('/') + 1) : value;
}

/** The label that most streams of the service carry; of equals the likelier one. */
function findServiceLabel(
  service: string,
  streams: readonly Readonly<Record<string, string>>[],
  matchers: readonly Matcher[],
): FoundLabels {
  let best: { label: string; streams: typeof streams } | undefined;
  for (const { label } of matchers) {
    const carrying = streams.filter((stream) => {
      const value = Object.hasOwn(stream, label) ? stream[label] : undefined;
      return value !== undefined && toServiceName(label, value) === service;
    });
    if (carrying.length > (best?.streams.length ?? 0)) best = { label, streams: carrying };
  }
  const names = [...new Set((best?.streams ?? []).flatMap((stream) => Object.keys(stream)))];
  return { serviceLabel: best?.label, names };
}

function toSelection(target: Target, found: FoundLabels, options: LabelOptions, lookup: string): Selection {
  const gaps: Gap[] = [];
  const selector: Matcher[] = [];
  const filters: (readonly Matcher[])[] = [];
  const add = (labels: readonly string[], value: string) => {
    const matchers = labels.map((label): Matcher => ({ label, operator: '=', value }));
    // Stream labels belong into the selector, where they are cheap; of two names for one thing either may hold.
    if (matchers.length === 1) selector.push(...matchers);
    else filters.push(matchers);
  };

  if (target.service !== undefined) {
    if (found.serviceLabel === undefined) {
      const detail = 'no label of this server carries the service in this window';
      return {
        ...found,
        selector: undefined,
        filters,
        gaps: [{ reason: 'unmapped-target', detail }],
        lookup,
      };
    }
    selector.push(serviceMatcher(found.serviceLabel, target.service));
  }
  for (const scope of scopes) {
    const value = target[scope];
    if (value === undefined) continue;
    const own = scope === 'namespace' ? options.namespaceLabel : undefined;
    const labels =
      own === undefined ? scopeLabels[scope].filter((name) => found.names.includes(name)) : [own];
    if (labels.length > 0) add(labels, value);
    else
      gaps.push({
        reason: 'unmapped-target',
        detail: `no label carries the ${scope}; lines of others are in`,
      });
  }
  for (const [label, value] of Object.entries(target.labels ?? {})) {
    if (!isLabelName(label))
      gaps.push({ reason: 'unmapped-target', detail: 'a label of the target is no Loki label' });
    else if (found.names.includes(label)) add([label], value);
    else filters.push([{ label, operator: '=', value }]);
  }
  if (target.operation !== undefined) {
    gaps.push({ reason: 'unsupported-filter', detail: 'logs are not told apart by operation' });
  }
  return {
    selector: withBase(selector, found.names, options),
    filters,
    gaps,
    serviceLabel: found.serviceLabel,
    lookup,
  };
}

/** Loki refuses a selector without a matcher that needs a value. */
function withBase(
  selector: readonly Matcher[],
  names: readonly string[],
  options: LabelOptions,
): readonly Matcher[] | undefined {
  if (selector.some((matcher) => matcher.value !== '')) return selector;
  const known = [...(options.serviceLabel === undefined ? [] : [options.serviceLabel]), ...commonLabels];
  const base = known.find((label) => names.includes(label)) ?? names.find((name) => isLabelName(name));
  return base === undefined ? undefined : [{ label: base, operator: '=~', value: '.+' }, ...selector];
}
