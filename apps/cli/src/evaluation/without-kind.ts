import type { ConnectorV1, SignalKind } from '@midwatch/core';

/** The same connectors without one kind of signal: what is that source worth? */
export function withoutKind(connectors: readonly ConnectorV1[], kind: SignalKind): readonly ConnectorV1[] {
  return connectors.map((connector) => ({
    ...connector,
    sources: Object.fromEntries(Object.entries(connector.sources).filter(([name]) => name !== kind)),
  }));
}
