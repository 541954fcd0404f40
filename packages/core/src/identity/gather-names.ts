import type { WorkloadNames } from '../connector/v1/connector.js';
import type { AttributeValue, Signal } from '../connector/v1/signal.js';
import { namespaceOf, namesToldBy, type Place, placeOf, placeOfObject } from './signal-place.js';

/** One connector's use of one service name. */
export interface NameUse {
  readonly connectorId: string;
  readonly name: string;
  signals: number;
  isTraced: boolean;
  /** Each place once. */
  readonly places: Map<string, UsedPlace>;
  /** Of signals that do not tell their workload. */
  readonly namespaces: Set<string>;
}

export interface UsedPlace {
  readonly place: Place;
  /** Telemetry from there carries the name. A cluster reports for the name it was asked by, whatever it matched that with. */
  isTelemetry: boolean;
  /** What telemetry from there says besides, by name. */
  readonly told: Map<string, string>;
}

export interface GatheredNames {
  /** By connector and name. */
  readonly uses: ReadonlyMap<string, NameUse>;
  readonly workloads: readonly WorkloadNames[];
}

export interface NamedAnswer {
  readonly signals: readonly Signal[];
  readonly told?: { readonly connectorId: string; readonly workloads: readonly WorkloadNames[] };
}

export function keyOfUse(connectorId: string, name: string): string {
  return `${connectorId}\u0000${name}`;
}

/** Which names are used where, in one pass over what was read. Nothing is judged here. */
export function gatherNames(answers: readonly NamedAnswer[]): GatheredNames {
  const uses = new Map<string, NameUse>();
  const workloads = new Map<string, WorkloadNames>();

  function useOf(connectorId: string, name: string): NameUse {
    const key = keyOfUse(connectorId, name);
    const known = uses.get(key);
    if (known !== undefined) return known;
    const use: NameUse = {
      ...{ connectorId, name, signals: 0, isTraced: false },
      ...{ places: new Map(), namespaces: new Set() },
    };
    uses.set(key, use);
    return use;
  }

  function addTelemetry(use: NameUse, attributes: Readonly<Record<string, AttributeValue>>): void {
    use.signals += 1;
    const used = addPlace(use, placeOf(attributes));
    if (used === undefined) {
      const namespace = namespaceOf(attributes);
      if (namespace !== undefined) use.namespaces.add(namespace);
      return;
    }
    // Labels are the pod's: its first record tells as much as all.
    if (used.isTelemetry) return;
    used.isTelemetry = true;
    for (const { name, toldBy } of namesToldBy(attributes))
      if (name !== use.name) used.told.set(name, toldBy);
  }

  function addSignal(signal: Signal): void {
    const { connectorId } = signal;
    if (signal.kind === 'traces') {
      for (const { service, attributes } of signal.spans) {
        const use = useOf(connectorId, service);
        use.isTraced = true;
        addTelemetry(use, attributes);
      }
      return;
    }
    if (signal.service === undefined) return;
    const use = useOf(connectorId, signal.service);
    if (signal.kind === 'logs' || signal.kind === 'metrics') {
      addTelemetry(use, signal.attributes);
      return;
    }
    use.signals += 1;
    const { namespace } = signal;
    const object = signal.kind === 'incidents' ? signal.object : kubernetesObjectOf(signal);
    const used = addPlace(use, placeOfObject(object, namespace));
    if (used === undefined && namespace !== undefined) use.namespaces.add(namespace);
  }

  for (const { signals, told } of answers) {
    for (const signal of signals) addSignal(signal);
    for (const one of told?.workloads ?? []) {
      const { namespace, workload, service } = one;
      addPlace(useOf(told?.connectorId ?? '', service), { namespace, workload });
      workloads.set(`${namespace ?? ''}\u0000${workload}\u0000${one.kind ?? ''}\u0000${service}`, one);
    }
  }
  return { uses, workloads: [...workloads.values()] };
}

function kubernetesObjectOf({ rollback }: Extract<Signal, { kind: 'deploys' }>): string | undefined {
  return rollback?.system === 'kubernetes' ? rollback.object : undefined;
}

function addPlace({ places }: NameUse, place: Place): UsedPlace | undefined {
  const { namespace = '', workload = '', pod = '' } = place;
  if (workload === '' && pod === '') return undefined;
  const key = `${namespace}\u0000${workload}\u0000${pod}`;
  const known = places.get(key);
  if (known !== undefined) return known;
  const used: UsedPlace = { place, isTelemetry: false, told: new Map() };
  places.set(key, used);
  return used;
}
