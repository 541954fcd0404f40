import type { WorkloadNames } from '../../connector/v1/connector.js';
import type { LogSignal, Signal, TraceSignal } from '../../connector/v1/signal.js';
import type { ServiceIdentity } from '../../plan/service-identity.js';
import { gatherNames } from '../gather-names.js';
import { type LearnedNames, learnNames } from '../learn-names.js';

let ids = 0;
const base = (connectorId: string) => ({
  ...{ id: `s-${ids++}`, timestampMs: 1, timeUnixNano: '1000000', connectorId, queryId: 'q' },
});

export function log(connectorId: string, service: string, attributes: Record<string, string> = {}): LogSignal {
  return { kind: 'logs', ...base(connectorId), service, body: 'a line', attributes };
}

export function trace(connectorId: string, service: string, attributes: Record<string, string> = {}): TraceSignal {
  const span = { spanId: '1', service, operation: 'GET', startNs: '1', durationNs: 1, attributes };
  return { kind: 'traces', ...base(connectorId), traceId: `t-${ids}`, complete: true, spans: [span] };
}

/** A pod of a Deployment. */
export function podOf(workload: string, namespace = 'shop'): Record<string, string> {
  return { 'k8s.pod.name': `${workload}-7d9f8b6c5-x2x4q`, 'k8s.namespace.name': namespace };
}

export function workload(
  name: string,
  labels: Readonly<Record<string, string>>,
  given: { readonly namespace?: string; readonly service?: string; readonly telemetryName?: string } = {},
): WorkloadNames {
  const { namespace = 'shop', service = name, telemetryName } = given;
  return {
    ...{ namespace, kind: 'Deployment', workload: name, service },
    names: [
      ...(telemetryName === undefined
        ? []
        : [{ name: telemetryName, toldBy: 'service.name', isTelemetryName: true }]),
      ...Object.entries(labels).map(([label, value]) => ({ name: value, toldBy: `label ${label}` })),
    ],
  };
}

export function learn(
  signals: readonly Signal[],
  given: {
    readonly workloads?: readonly WorkloadNames[];
    readonly services?: readonly ServiceIdentity[];
    readonly asked?: string;
  } = {},
): LearnedNames {
  const { workloads = [], services = [], asked } = given;
  return learnNames({
    gathered: gatherNames([{ signals, told: { connectorId: 'kubernetes', workloads } }]),
    services,
    asked,
  });
}

/** `loki: shop-checkout -> checkout`, of names that signals had. */
export function told({ renaming }: LearnedNames): string[] {
  return renaming.map(({ connectorId, alias, service }) => `${connectorId}: ${alias} -> ${service}`).sort();
}
