import type { AttributeValue } from '@midwatch/core';

export type Attributes = Record<string, AttributeValue>;

/** Nested attributes are read this deep, and so many of them; more is an attack or a mistake. */
const MAX_DEPTH = 8;
const MAX_ATTRIBUTES = 256;

/** OpenTelemetry's names of what Datadog's tags tell; both stand in a signal. */
const commonNames: ReadonlyMap<string, string> = new Map([
  ['pod_name', 'k8s.pod.name'],
  ['kube_namespace', 'k8s.namespace.name'],
  ['kube_cluster_name', 'k8s.cluster.name'],
  ['kube_node', 'k8s.node.name'],
  ['host', 'host.name'],
  ['env', 'deployment.environment.name'],
  ['version', 'service.version'],
]);

/** Tags `key:value` as a map; of a repeated key the first counts, and a tag without a value is its own value. */
export function toTagMap(tags: readonly string[]): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const tag of tags) {
    const colon = tag.indexOf(':');
    const key = colon < 1 ? tag : tag.slice(0, colon);
    if (!map.has(key)) map.set(key, colon < 1 ? '' : tag.slice(colon + 1));
  }
  return map;
}

/** Nested attributes, flattened with dots, then tags, under their own and OpenTelemetry's names. */
export function toFlatAttributes(nested: unknown, tags: ReadonlyMap<string, string>): Attributes {
  const flat = new Map<string, AttributeValue>();
  flatten(nested, '', 0, flat);
  for (const [key, value] of tags) if (value !== '' && !flat.has(key)) addTo(flat, key, value);
  for (const [tag, name] of commonNames) {
    const value = tags.get(tag) ?? flat.get(tag);
    if (value !== undefined && value !== '' && !flat.has(name)) flat.set(name, value);
  }
  return Object.fromEntries(flat);
}

function flatten(value: unknown, path: string, depth: number, flat: Map<string, AttributeValue>): void {
  if (value === null || value === undefined || value === '') return;
  if (typeof value !== 'object') {
    if (path !== '' && isAttributeValue(value)) addTo(flat, path, value);
    return;
  }
  if (Array.isArray(value) || depth >= MAX_DEPTH) {
    if (path !== '') addTo(flat, path, JSON.stringify(value));
    return;
  }
  for (const [key, inner] of Object.entries(value)) {
    flatten(inner, path === '' ? key : `${path}.${key}`, depth + 1, flat);
  }
}

function isAttributeValue(value: unknown): value is AttributeValue {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function addTo(flat: Map<string, AttributeValue>, key: string, value: AttributeValue): void {
  if (flat.size < MAX_ATTRIBUTES) flat.set(key, value);
}

/** The text or number under a dotted path, whether it is nested or has dots in its key. */
export function valueAt(nested: unknown, path: string): unknown {
  if (typeof nested !== 'object' || nested === null) return undefined;
  if (Object.hasOwn(nested, path)) return (nested as Record<string, unknown>)[path];
  const dot = path.indexOf('.');
  if (dot < 1) return undefined;
  const head = path.slice(0, dot);
  if (!Object.hasOwn(nested, head)) return undefined;
  return valueAt((nested as Record<string, unknown>)[head], path.slice(dot + 1));
}
