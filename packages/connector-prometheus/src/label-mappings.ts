import type { LabelMapping } from '@midwatch/core';
import { scopeLabels, scopes, serviceLabels } from './service-labels.js';

/** Which labels targets are asked by: of those that the store has, the likeliest. A metric without it is asked by another. */
export function toLabelMappings(
  present: readonly string[],
  serviceLabel: string | undefined,
): readonly LabelMapping[] {
  const known = new Set(present);
  const choose = (field: LabelMapping['field'], candidates: readonly [string, ...string[]]): LabelMapping => {
    const found = candidates.find((label) => known.has(label));
    return found === undefined
      ? { field, label: candidates[0], chosenBy: 'convention' }
      : { field, label: found, chosenBy: 'discovered' };
  };
  return [
    serviceLabel === undefined
      ? choose('service', serviceLabels)
      : { field: 'service', label: serviceLabel, chosenBy: 'option' },
    ...scopes.map((scope) => choose(scope, scopeLabels[scope])),
  ];
}
