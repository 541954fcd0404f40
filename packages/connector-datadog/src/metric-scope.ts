import type { Target } from '@midwatch/core';
import { placeTags, podTag, toTagValue } from './search-text.js';

/** By which tag a metric belongs to a service: unified service tagging, else the name of its workload in Kubernetes. */
export type ServiceTag = 'service' | 'kube_deployment';

/** A tag's key in the braces of a query; anything else could leave them. */
const tagKey = /^[A-Za-z][\w.\-/]{0,199}$/;

/**
 * The tags of a target between the braces of a metric query. Trace metrics carry no Kubernetes tags, and what is found by
 * its workload need not carry `env`.
 */
export function toScope(target: Target, serviceTag: ServiceTag, isTraceMetric: boolean): string {
  const { cluster, environment, labels, namespace, pod, service } = target;
  const tag = (key: string, value: string | undefined) =>
    value === undefined || !tagKey.test(key) ? [] : [`${key}:${toTagValue(value)}`];
  const kubernetes = isTraceMetric
    ? []
    : [
        ...tag(placeTags.namespace, namespace),
        ...tag(placeTags.cluster, cluster),
        ...tag(podTag, pod),
        ...Object.entries(labels ?? {}).flatMap(([key, value]) => tag(key, value)),
      ];
  const unified = serviceTag === 'service' ? tag(placeTags.environment, environment) : [];
  const tags = [...tag(serviceTag, service), ...unified, ...kubernetes];
  return tags.length === 0 ? '*' : tags.join(',');
}

/** A metric's name has no character that ends it. https://docs.datadoghq.com/metrics/custom_metrics/#naming-custom-metrics */
export const metricName = /^[A-Za-z][\w.]{0,199}$/;
