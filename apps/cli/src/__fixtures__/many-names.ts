import type {
  ConnectorV1,
  Signal,
  SignalBatchV1,
  SignalKind,
  SignalQuery,
  SignalSourceV1,
  WorkloadNames,
} from '@midwatch/core';

/** How one backend calls a service that its deployment calls `name`. */
export type Naming = (name: string) => string;

/** The shop's deployments, told apart from their services by their ends. */
export const toWorkload: Naming = (name) => `${name}-deploy`;
export const toApplication: Naming = (name) => `shop-${name}`;

const podKeys = ['pod', 'k8s.pod.name'];
const serviceKeys = ['service', 'service_name', 'app', 'container'];

/** The same backend, had its owners named services in their own way: it knows no other names, and shows none. */
export function callServices(connector: ConnectorV1, names: readonly string[], naming: Naming): ConnectorV1 {
  const trueName = new Map(names.map((name) => [naming(name), name]));

  function toOwn(signal: Signal): Signal {
    if (signal.kind === 'traces') {
      const spans = signal.spans.map((span) => ({
        ...span,
        service: naming(span.service),
        attributes: toOwnAttributes(span.attributes),
      }));
      return { ...signal, spans };
    }
    const service = signal.service === undefined ? {} : { service: naming(signal.service) };
    if (signal.kind === 'deploys' || signal.kind === 'incidents') return { ...signal, ...service } as Signal;
    return { ...signal, ...service, attributes: toOwnAttributes(signal.attributes) } as Signal;
  }

  function toOwnAttributes<V>(attributes: Readonly<Record<string, V>>): Record<string, V | string> {
    const entries = Object.entries(attributes).map(([key, value]): [string, V | string] => {
      if (typeof value !== 'string') return [key, value];
      const pod = podKeys.includes(key) ? names.find((name) => value.startsWith(`${name}-`)) : undefined;
      if (pod !== undefined) return [key, `${toWorkload(pod)}${value.slice(pod.length)}`];
      return [key, serviceKeys.includes(key) && names.includes(value) ? naming(value) : value];
    });
    return Object.fromEntries(entries);
  }

  function renamed<K extends SignalKind>(source: SignalSourceV1<K>): SignalSourceV1<K> {
    return {
      limits: source.limits,
      async doQuery(query, call): Promise<SignalBatchV1<K>> {
        const { service } = query.target;
        const known = service === undefined ? undefined : trueName.get(service);
        if (service !== undefined && known === undefined) {
          return { signals: [], gaps: [{ reason: 'unmapped-target' }], provenance: [] };
        }
        const target = known === undefined ? query.target : { ...query.target, service: known };
        const batch = await source.doQuery({ ...query, target }, call);
        return { ...batch, signals: batch.signals.map((signal) => toOwn(signal)) as unknown as typeof batch.signals };
      },
    };
  }
  const sources = Object.fromEntries(
    Object.entries(connector.sources).map(([kind, source]) => [
      kind,
      renamed(source as SignalSourceV1<SignalKind>),
    ]),
  );
  return { ...connector, sources } as ConnectorV1;
}

/** A cluster in which nothing was rolled out: it tells the names of its workloads, and that is all. */
export function createQuietCluster(
  workloads: readonly WorkloadNames[],
  tookMs = 0,
): ConnectorV1 & {
  readonly asked: (string | undefined)[];
} {
  const asked: (string | undefined)[] = [];
  return {
    specVersion: 'v1',
    id: 'kubernetes',
    asked,
    sources: {
      deploys: {
        limits: { maxItems: 100 },
        async doQuery(query: SignalQuery) {
          asked.push(query.target.service);
          await new Promise((resolve) => setTimeout(resolve, tookMs));
          return { signals: [], gaps: [], provenance: [], workloads };
        },
      },
    },
    checkHealth: async () => ({ state: 'healthy' }),
  };
}

/** A workload as Helm and Argo CD label it. */
export function toWorkloadNames(name: string): WorkloadNames {
  return {
    namespace: 'shop',
    kind: 'Deployment',
    workload: toWorkload(name),
    service: toWorkload(name),
    names: [
      { name, toldBy: 'label app.kubernetes.io/name' },
      { name: 'shop', toldBy: 'label app.kubernetes.io/instance' },
      { name: toApplication(name), toldBy: 'label argocd.argoproj.io/instance' },
    ],
  };
}
