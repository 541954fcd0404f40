import type { Target } from '@midwatch/core';
import type { QueryParameters } from '@midwatch/core/http';
import type { Placed } from './list-source.js';

/** Environment and cluster are not asked for: `covers` says for which of them a connector stands. */
export function askTarget({ labels, namespace, operation, pod, service }: Target): {
  parameters: QueryParameters;
  unsupported: readonly string[];
} {
  const unknown = { operation, pod, labels: Object.keys(labels ?? {})[0] };
  return {
    parameters: { service, namespace },
    unsupported: Object.entries(unknown).flatMap(([name, value]) => (value === undefined ? [] : [name])),
  };
}

/** For items that happen at one moment. */
export function placeMoment<Item extends { readonly at: number }>(item: Item): Placed<Item> {
  return { item, atMs: item.at };
}
