import type { Gap, Target } from '@midwatch/core';

/** https://docs.datadoghq.com/logs/explorer/search_syntax/: between quotes only `\` and `"` mean something. */
export function quote(text: string): string {
  const oneLine = text.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ');
  return `"${oneLine.replaceAll(/[\\"]/g, (character) => `\\${character}`)}"`;
}

export function anyOf(terms: readonly string[]): string {
  return terms.length === 1 ? terms.join('') : `(${terms.join(' OR ')})`;
}

/**
 * A value as Datadog keeps it in a tag: lower case, other characters as underscores, 200 at most. Nothing that means
 * something in a metric query is left. https://docs.datadoghq.com/getting_started/tagging/#define-tags
 */
export function toTagValue(text: string): string {
  return text
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_\-:./]/gu, '_')
    .slice(0, 200);
}

/** What Datadog's own agents and conventions call the parts of a target. */
export const placeTags = {
  namespace: 'kube_namespace',
  environment: 'env',
  cluster: 'kube_cluster_name',
} as const;
export const podTag = 'pod_name';

/** Service, place, pod and labels of a target as terms of a search. */
export function targetTerms({ service, pod, labels, ...target }: Target): string[] {
  const places = (['namespace', 'environment', 'cluster'] as const).flatMap((place) => {
    const value = target[place];
    if (value === undefined) return [];
    // What does not tell its place is not held against it: such tags are often set by nobody.
    return [anyOf([`${placeTags[place]}:${quote(value)}`, `-${placeTags[place]}:*`])];
  });
  return [
    ...(service === undefined ? [] : [anyOf(asWritten(service).map((name) => `service:${quote(name)}`))]),
    ...places,
    ...(pod === undefined ? [] : [`${podTag}:${quote(pod)}`]),
    ...Object.entries(labels ?? {}).flatMap(([key, value]) => labelTerm(key, value)),
  ];
}

/** Tags are in lower case; an attribute keeps the case in which it was sent. */
function asWritten(name: string): readonly string[] {
  return [...new Set([name, name.toLowerCase()])];
}

/** A label that has no plain name cannot be searched for. */
const plainKey = /^[A-Za-z_][\w.\-/]{0,199}$/;

function labelTerm(key: string, value: string): string[] {
  if (!plainKey.test(key)) return [];
  return [anyOf([`${key}:${quote(value)}`, `@${key}:${quote(value)}`])];
}

/** Labels that were not asked by; what has others is in the answer. */
export function unaskedLabelGaps({ labels }: Target): Gap[] {
  const unasked = Object.keys(labels ?? {}).filter((key) => !plainKey.test(key)).length;
  if (unasked === 0) return [];
  return [
    { reason: 'unsupported-filter', detail: `${unasked} labels have no name that Datadog can search by` },
  ];
}

/** Nothing asked for is everything. */
export function toSearchText(terms: readonly string[]): string {
  return terms.length === 0 ? '*' : terms.join(' ');
}
