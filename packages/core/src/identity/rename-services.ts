import type { Signal, SignalByKind, SignalKind } from '../connector/v1/signal.js';
import { signalKinds } from '../connector/v1/signal.js';
import type { LearnedAlias } from '../incident/collection.js';
import { keyOfUse } from './gather-names.js';

type SignalLists = { readonly [K in SignalKind]?: readonly SignalByKind[K][] };

/** Signals with services under the names that were learned. What has no other name stays the same object. */
export function renameServices<L extends SignalLists>(lists: L, aliases: readonly LearnedAlias[]): L {
  if (aliases.length === 0) return lists;
  const serviceOf = new Map(aliases.map((one) => [keyOfUse(one.connectorId, one.alias), one.service]));
  const rename = (connectorId: string, name: string) => serviceOf.get(keyOfUse(connectorId, name)) ?? name;

  function renamed(signal: Signal): Signal {
    const { connectorId } = signal;
    if (signal.kind === 'traces') {
      const isKnown = signal.spans.every(({ service }) => rename(connectorId, service) === service);
      if (isKnown) return signal;
      const spans = signal.spans.map((span) => ({ ...span, service: rename(connectorId, span.service) }));
      return { ...signal, spans };
    }
    if (signal.service === undefined) return signal;
    const service = rename(connectorId, signal.service);
    return service === signal.service ? signal : { ...signal, service };
  }
  return Object.fromEntries(
    signalKinds.map((kind) => [kind, (lists[kind] ?? []).map(renamed)]),
  ) as unknown as L;
}
