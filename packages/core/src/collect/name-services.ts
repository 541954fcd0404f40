import type { Target } from '../connector/v1/connector.js';
import type { Signal } from '../connector/v1/signal.js';
import type { ServiceIdentity } from '../plan/service-identity.js';

/** One connector's names for services, both ways. */
export interface ServiceNames {
  /** The target in the connector's words; `undefined` when it does not know the service. */
  toConnector(target: Target): Target | undefined;
  /** The signal with services under their own names. */
  fromConnector<S extends Signal>(signal: S): S;
}

export function createServiceNames(services: readonly ServiceIdentity[], connectorId: string): ServiceNames {
  const aliasOf = new Map<string, string | null>();
  const nameOf = new Map<string, string>();
  for (const { name, aliases } of services) {
    if (aliases === undefined || !Object.hasOwn(aliases, connectorId)) continue;
    const alias = aliases[connectorId] ?? null;
    aliasOf.set(name, alias);
    if (alias !== null) nameOf.set(alias, name);
  }
  const rename = (service: string) => nameOf.get(service) ?? service;

  return {
    toConnector(target) {
      const alias = target.service === undefined ? undefined : aliasOf.get(target.service);
      if (alias === null) return undefined;
      return alias === undefined ? target : { ...target, service: alias };
    },
    fromConnector(signal) {
      if (nameOf.size === 0) return signal;
      if (signal.kind === 'traces') {
        return { ...signal, spans: signal.spans.map((span) => ({ ...span, service: rename(span.service) })) };
      }
      return signal.service === undefined ? signal : { ...signal, service: rename(signal.service) };
    },
  };
}
