import type { LogSignal, MetricRole, MetricSignal, TraceSignal } from '@midwatch/core';
import type { Call } from '../trace-faults/call.js';

type Attributes = Readonly<Record<string, unknown>>;

/** On which machines services run, as far as telemetry tells. */
export interface Placement {
  nodesOf(service: string): ReadonlySet<string>;
  /** Undefined where neither the call, nor its pod, nor its service's only node tells. */
  nodeOf(call: Call): string | undefined;
}

/** OpenTelemetry, the same with underscores, Prometheus and Loki labels, Elastic's schema. */
const nodeAttributes = ['k8s.node.name', 'k8s_node_name', 'node', 'node_name', 'kubernetes.node.name'];
/** Inside a container a host's name is the container's own: these count only where nothing names a node. */
const hostAttributes = ['host.name', 'host_name', 'host'];
const podAttributes = ['k8s.pod.name', 'k8s_pod_name', 'pod', 'pod_name', 'kubernetes.pod.name'];

/**
 * Prometheus scrapes what containers use from their machine, so that `instance` is the machine's address. Everywhere else
 * it is the container's own, or that of whoever passes its metrics on.
 */
const scrapedAttributes = ['instance'];
const ofMachine: ReadonlySet<MetricRole> = new Set(['cpu.usage', 'memory.usage', 'disk.usage']);

interface Signals {
  readonly logs: readonly LogSignal[];
  readonly metrics: readonly MetricSignal[];
  readonly traces: readonly TraceSignal[];
}

/** Reads only what the given services say. Linear in the signals. */
export function readPlacement(signals: Signals, services: ReadonlySet<string>): Placement {
  const { attributes, nodes, nodeOfPod } = gatherFirst(signals, services);
  const nodesOf = (service: string): ReadonlySet<string> => nodes.get(service) ?? nowhere;
  return {
    nodesOf,
    nodeOf: (call) => {
      const own = call.spans[0]?.attributes ?? {};
      const pod = textOf(own, podAttributes);
      const [only, ...others] = nodesOf(call.service);
      return (
        textOf(own, attributes) ??
        (pod === undefined ? undefined : nodeOfPod.get(pod)) ??
        (others.length === 0 ? only : undefined)
      );
    },
  };
}

function gatherFirst(signals: Signals, services: ReadonlySet<string>) {
  for (const attributes of [nodeAttributes, hostAttributes]) {
    const found = gather(signals, services, attributes);
    if (found.nodes.size > 0) return { attributes, ...found };
  }
  const metrics = signals.metrics.filter(({ role }) => role !== undefined && ofMachine.has(role));
  const addresses = new Set(metrics.map((metric) => textOf(metric.attributes, scrapedAttributes)));
  // One address for all is that of somebody who collects for them.
  const scraped = addresses.size > 1 ? metrics : [];
  return {
    attributes: [],
    ...gather({ logs: [], metrics: scraped, traces: [] }, services, scrapedAttributes),
  };
}

const nowhere: ReadonlySet<string> = new Set();

function gather(
  { logs, metrics, traces }: Signals,
  services: ReadonlySet<string>,
  names: readonly string[],
): {
  readonly nodes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly nodeOfPod: ReadonlyMap<string, string>;
} {
  const nodes = new Map<string, Set<string>>();
  const nodeOfPod = new Map<string, string>();
  const read = (service: string | undefined, attributes: Attributes): void => {
    if (service === undefined || !services.has(service)) return;
    const node = textOf(attributes, names);
    if (node === undefined) return;
    const known = nodes.get(service);
    if (known === undefined) nodes.set(service, new Set([node]));
    else known.add(node);
    const pod = textOf(attributes, podAttributes);
    if (pod !== undefined) nodeOfPod.set(pod, node);
  };
  for (const { service, attributes } of logs) read(service, attributes);
  for (const { service, attributes } of metrics) read(service, attributes);
  for (const { spans } of traces) for (const { service, attributes } of spans) read(service, attributes);
  return { nodes, nodeOfPod };
}

function textOf(attributes: Attributes, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
    if (typeof value === 'string' && value !== '') return value.slice(0, 200);
  }
  return undefined;
}
