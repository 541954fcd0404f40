import { type ConnectorV1, collectSignals, plan } from '@midwatch/core';
import type { Alert, Collection, Redactor } from '@midwatch/core/incident';

/** Reads what all sources know about an alert, in parallel and within three seconds. */
export async function look(
  alert: Alert,
  connectors: readonly ConnectorV1[],
  redact: Redactor,
): Promise<Collection> {
  const collection = await collectSignals({
    connectors,
    plan: plan(alert, Date.now()),
    redact,
    onEvent(event) {
      if (event.type === 'source-ended')
        console.log(event.connectorId, event.kind, event.state, event.durationMs);
    },
  });
  for (const { connectorId, kind, state, gaps } of collection.sources) {
    if (state !== 'ok' && state !== 'empty')
      console.log(`not all of ${kind} from ${connectorId}: ${state}`, gaps);
  }
  return collection;
}
