import type { Evidence } from '@midwatch/core/incident';
import { cut } from '../wording/quote.js';
import { knownServices } from './known-services.js';

/** Names that evidence speaks of: a claim that uses one has to rest on a finding that does. */
export interface KnownNames {
  readonly services: readonly string[];
  /** Of these, what does not look like a name: it is put in quotes, so that it is no sentence. */
  readonly oddServices: readonly string[];
  /** Pods and operations whose form is no word's. */
  readonly parts: readonly string[];
  readonly findingIds: ReadonlySet<string>;
}

const shortestPart = 5;

export function knownNames(evidence: Evidence): KnownNames {
  const parts = evidence.findings.flatMap(({ operation, pod }) => [operation ?? '', pod ?? '']);
  const services = [...knownServices(evidence)];
  return {
    services,
    oddServices: services.filter((service) => cut(service, 200) !== service),
    parts: [...new Set(parts)].filter((part) => part.length >= shortestPart && /[\d/._{-]/.test(part)),
    findingIds: new Set(evidence.findings.map(({ id }) => id)),
  };
}
