import type { ConnectorV1, Gap, SignalQuery } from '@midwatch/core';
import { isObjectName } from './object-schema.js';

export interface QueryScope {
  /** To be asked about, one by one; `undefined` stands for all at once. */
  readonly namespaces: readonly (string | undefined)[];
  readonly gaps: readonly Gap[];
}

/** Each costs a request for every resource. */
const MAX_NAMESPACES = 8;

/** Where to look: in the target's namespace, else in those that the connector covers, else in all at once. */
export function toScope({ target }: SignalQuery, covers: ConnectorV1['covers']): QueryScope {
  const wanted = target.namespace === undefined ? (covers?.namespaces ?? [undefined]) : [target.namespace];
  const valid = wanted.filter((name) => name === undefined || isNamespace(name));
  const gaps: Gap[] = [];
  if (valid.length < wanted.length) {
    gaps.push({ reason: 'unmapped-target', detail: 'no namespace of Kubernetes can be called that' });
  }
  if (valid.length > MAX_NAMESPACES) {
    const missing = { count: valid.length - MAX_NAMESPACES, exact: true };
    gaps.push({ reason: 'row-limit', missing, detail: 'further namespaces: name one' });
  }
  if (Object.keys(target.labels ?? {}).length > 0) {
    gaps.push({ reason: 'unsupported-filter', detail: 'labels of the target are not looked at' });
  }
  return { namespaces: valid.slice(0, MAX_NAMESPACES), gaps };
}

function isNamespace(name: string): boolean {
  return name.length <= 63 && isObjectName(name);
}

/** `shop, web` or `all namespaces`. */
export function describeNamespaces(namespaces: readonly (string | undefined)[]): string {
  return namespaces.map((namespace) => namespace ?? 'all namespaces').join(', ');
}
