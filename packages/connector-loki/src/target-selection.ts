import type { CallContextV1, Gap, Target, TimeWindow } from '@midwatch/core';
import { type LabelLookup, lookUpLabels } from './label-lookup.js';
import type { LabelMemory } from './label-memory.js';
import { isLabelName, type Matcher } from './logql.js';
import type { LokiApi } from './loki-api.js';
import { commonLabels, type LabelOptions, scopeLabels, scopes, serviceMatcher } from './loki-labels.js';

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
  const found = await lookUpLabels(api, target.service, window, options, memory, call);
  return toSelection(target, found, options);
}

function toSelection(target: Target, found: LabelLookup, options: LabelOptions): Selection {
  const { lookup, serviceLabel } = found;
  const gaps: Gap[] = [];
  const selector: Matcher[] = [];
  const filters: (readonly Matcher[])[] = [];
  const unmapped = (detail: string) => gaps.push({ reason: 'unmapped-target', detail });
  const add = (labels: readonly string[], value: string) => {
    const matchers = labels.map((label): Matcher => ({ label, operator: '=', value }));
    // Stream labels belong into the selector, where they are cheap; of two names for one thing either may hold.
    if (matchers.length === 1) selector.push(...matchers);
    else filters.push(matchers);
  };

  if (target.service !== undefined) {
    if (serviceLabel === undefined) {
      unmapped('no label of this server carries the service in this window');
      return { selector: undefined, filters, gaps, serviceLabel, lookup };
    }
    selector.push(serviceMatcher(serviceLabel, target.service));
  }
  if (found.failure !== undefined) {
    unmapped(`labels could not be looked up (${found.failure}): asked by the usual ones`);
  }
  for (const scope of scopes) {
    const value = target[scope];
    if (value === undefined) continue;
    const own = scope === 'namespace' ? options.namespaceLabel : undefined;
    const labels =
      own === undefined ? scopeLabels[scope].filter((name) => found.names.includes(name)) : [own];
    if (labels.length > 0) {
      add(labels, value);
      continue;
    }
    unmapped(`no label of the streams carries the ${scope}: lines that do not tell theirs are in`);
    // OpenTelemetry's names may be in the structured metadata; a filter on "this or absent" keeps the lines without.
    if (scope === 'namespace' || scope === 'pod') filters.push(...scopeLabels[scope].map(orAbsent(value)));
  }
  for (const [label, value] of Object.entries(target.labels ?? {})) {
    if (!isLabelName(label)) unmapped('a label of the target is no Loki label');
    else if (found.names.includes(label)) add([label], value);
    else filters.push([{ label, operator: '=', value }]);
  }
  if (target.operation !== undefined) {
    gaps.push({ reason: 'unsupported-filter', detail: 'logs are not told apart by operation' });
  }
  return { selector: withBase(selector, found, options), filters, gaps, serviceLabel, lookup };
}

function orAbsent(value: string): (label: string) => readonly Matcher[] {
  return (label) => [
    { label, operator: '=', value },
    { label, operator: '=', value: '' },
  ];
}

/** Loki refuses a selector without a matcher that needs a value. */
function withBase(
  selector: readonly Matcher[],
  { failure, names }: LabelLookup,
  options: LabelOptions,
): readonly Matcher[] | undefined {
  if (selector.some((matcher) => matcher.value !== '')) return selector;
  const known = [...(options.serviceLabel === undefined ? [] : [options.serviceLabel]), ...commonLabels];
  const base =
    failure === undefined || names.length > 0
      ? (known.find((label) => names.includes(label)) ?? names.find((name) => isLabelName(name)))
      : known[0];
  return base === undefined ? undefined : [{ label: base, operator: '=~', value: '.+' }, ...selector];
}
