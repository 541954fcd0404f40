import type { Target } from '../connector/v1/connector.js';
import type { AttributeValue, Signal } from '../connector/v1/signal.js';
import { namespaceOf } from '../identity/signal-place.js';
import type { ServiceIdentity } from '../plan/service-identity.js';

/** One connector's names for services, both ways. */
export interface ServiceNames {
  /** The target in the connector's words; `undefined` when it does not know the service. */
  toConnector(target: Target): Target | undefined;
  /** The signal with services under their own names; it was asked for in this namespace. */
  fromConnector<S extends Signal>(signal: S, askedNamespace?: string): S;
  /** A name of the connector's as that of the service. */
  toService(name: string, namespace: string | undefined): string;
  /** Whether it is written down what the connector calls the service. */
  isConfigured(service: string): boolean;
}

interface NamedService {
  readonly name: string;
  readonly namespace: string | undefined;
  readonly isAlias: boolean;
}

export function createServiceNames(services: readonly ServiceIdentity[], connectorId: string): ServiceNames {
  const aliasOf = new Map<string, string | null>();
  const servicesOf = new Map<string, NamedService[]>();
  const add = (given: string, service: NamedService) => {
    const known = servicesOf.get(given);
    if (known === undefined) servicesOf.set(given, [service]);
    else known.push(service);
  };
  for (const { name, aliases, namespace } of services) {
    if (aliases === undefined || !Object.hasOwn(aliases, connectorId)) {
      add(name, { name, namespace, isAlias: false });
      continue;
    }
    const alias = aliases[connectorId] ?? null;
    if (!aliasOf.has(name)) aliasOf.set(name, alias);
    if (alias !== null) add(alias, { name, namespace, isAlias: true });
  }
  const renames = Array.from(servicesOf.values()).some((known) => known.some(({ isAlias }) => isAlias));

  /** One name may be two services in two namespaces: without knowing which, it stays what it is. */
  function rename(given: string, namespace: () => string | undefined): string {
    const known = servicesOf.get(given);
    if (known === undefined) return given;
    const place = known.some((one) => one.namespace !== undefined) ? namespace() : undefined;
    const fitting = known.filter(
      (one) => one.namespace === undefined || place === undefined || one.namespace === place,
    );
    const placed = fitting.filter((one) => one.namespace !== undefined);
    const candidates = placed.length > 0 ? placed : fitting.filter(({ isAlias }) => isAlias);
    const [first, ...others] = candidates;
    return first === undefined || others.some(({ name }) => name !== first.name) ? given : first.name;
  }

  return {
    toConnector(target) {
      const alias = target.service === undefined ? undefined : aliasOf.get(target.service);
      if (alias === null) return undefined;
      return alias === undefined ? target : { ...target, service: alias };
    },
    fromConnector(signal, askedNamespace) {
      if (!renames) return signal;
      if (signal.kind === 'traces') {
        const spans = signal.spans.map((span) => ({
          ...span,
          service: rename(span.service, () => namespaceOf(span.attributes)),
        }));
        return { ...signal, spans };
      }
      if (signal.service === undefined) return signal;
      return {
        ...signal,
        service: rename(signal.service, () => namespaceOfSignal(signal) ?? askedNamespace),
      };
    },
    toService: (name, namespace) => rename(name, () => namespace),
    isConfigured: (service) => aliasOf.has(service),
  };
}

function namespaceOfSignal(signal: Exclude<Signal, { kind: 'traces' }>): string | undefined {
  if (signal.kind === 'deploys' || signal.kind === 'incidents') return signal.namespace;
  const attributes: Readonly<Record<string, AttributeValue>> = signal.attributes;
  return namespaceOf(attributes);
}
