import type { GatheredNames, NameUse } from './gather-names.js';
import { mayBePodOf, workloadsOfPodName } from './pod-workloads.js';
import type { Place } from './signal-place.js';

/** A workload by which names of several backends are recognised as one service's. */
export interface Workload {
  readonly namespace: string;
  readonly name: string;
  /** Names that others use or that it is told to have. */
  readonly names: Map<string, WorkloadName>;
}

export interface WorkloadName {
  readonly uses: Set<NameUse>;
  /** `undefined`: signals from there carry it, and nothing else says so. */
  toldBy: string | undefined;
  /** Telemetry carries it, or Kubernetes makes pods' names of it: a label, which anybody may write, gives way to it. */
  isStrong: boolean;
}

export interface WorkloadRegister {
  readonly workloads: readonly Workload[];
  /** Uses at a place that may be several workloads', or that contradicts itself. */
  readonly unclear: ReadonlySet<NameUse>;
}

/** Brings all uses and told names together by workload. Places are completed by what others say of the same pod or workload. */
export function registerWorkloads({ uses, workloads }: GatheredNames): WorkloadRegister {
  const places = Array.from(uses.values(), (use) =>
    [...use.places.values()].map(({ place }) => place),
  ).flat();
  const resolve = createResolver([...places, ...workloads]);
  const register = new Map<string, Workload>();
  const unclear = new Set<NameUse>();

  function workloadAt(place: Place): Workload | undefined {
    const resolved = resolve(place);
    if (resolved === undefined) return undefined;
    const { namespace, name } = resolved;
    const key = `${namespace}\u0000${name}`;
    const known = register.get(key);
    if (known !== undefined) return known;
    const workload: Workload = { namespace, name, names: new Map() };
    register.set(key, workload);
    tell(workload, name, place.workload === undefined ? 'the names of its pods' : 'its own name', true);
    return workload;
  }

  for (const { namespace, workload: name, names } of workloads) {
    const workload = workloadAt({ namespace, workload: name });
    if (workload === undefined) continue;
    for (const told of names) tell(workload, told.name, `its ${told.toldBy}`, told.isTelemetryName === true);
  }
  for (const use of uses.values()) {
    for (const { place, isTelemetry, told } of use.places.values()) {
      const workload = workloadAt(place);
      if (workload === undefined) {
        unclear.add(use);
        if (place.namespace !== undefined) use.namespaces.add(place.namespace);
        continue;
      }
      const known = nameOf(workload, use.name);
      known.uses.add(use);
      known.isStrong ||= isTelemetry;
      if (!isTelemetry) known.toldBy ??= `the answer of ${use.connectorId}`;
      for (const [name, toldBy] of told) tell(workload, name, `its ${toldBy}`, false);
    }
  }
  const sorted = [...register.entries()].sort(([one], [other]) => (one < other ? -1 : 1));
  return { workloads: sorted.map(([, workload]) => workload), unclear };
}

function nameOf({ names }: Workload, name: string): WorkloadName {
  const known = names.get(name);
  if (known !== undefined) return known;
  const added: WorkloadName = { uses: new Set(), toldBy: undefined, isStrong: false };
  names.set(name, added);
  return added;
}

/** The first to tell is named: a cluster before telemetry. */
function tell(workload: Workload, name: string, toldBy: string, isStrong: boolean): void {
  const known = nameOf(workload, name);
  known.toldBy ??= toldBy;
  known.isStrong ||= isStrong;
}

/** Completes a place to namespace and workload; `undefined` where it may be two of them. */
function createResolver(
  places: readonly Place[],
): (place: Place) => { readonly namespace: string; readonly name: string } | undefined {
  const namespacesOf = new Map<string, Set<string>>();
  /** By pod; `null` where two workloads are named. */
  const ownerOf = new Map<string, string | null>();
  const note = (name: string, namespace: string | undefined) => {
    const known = namespacesOf.get(name) ?? new Set();
    namespacesOf.set(name, known);
    if (namespace !== undefined) known.add(namespace);
  };
  for (const { namespace, workload, pod } of places) {
    if (workload === undefined || (pod !== undefined && !mayBePodOf(pod, workload))) continue;
    note(workload, namespace);
    if (pod === undefined) continue;
    const owner = ownerOf.get(pod);
    ownerOf.set(pod, owner === undefined || owner === workload ? workload : null);
  }
  const isNamed = new Set(namespacesOf.keys());

  function nameOfPod(pod: string): string | undefined {
    const owner = ownerOf.get(pod);
    if (owner !== undefined) return owner ?? undefined;
    const readings = workloadsOfPodName(pod);
    const named = readings.filter((reading) => isNamed.has(reading));
    const name = named.length > 1 ? null : (named[0] ?? readings[0] ?? null);
    ownerOf.set(pod, name);
    return name ?? undefined;
  }

  function nameAt({ workload, pod }: Place): string | undefined {
    if (workload === undefined) return pod === undefined ? undefined : nameOfPod(pod);
    return pod === undefined || mayBePodOf(pod, workload) ? workload : undefined;
  }

  for (const place of places) {
    const name = place.workload === undefined ? nameAt(place) : undefined;
    if (name !== undefined) note(name, place.namespace);
  }
  return (place) => {
    const name = nameAt(place);
    if (name === undefined) return undefined;
    if (place.namespace !== undefined) return { namespace: place.namespace, name };
    const [namespace = '', ...others] = namespacesOf.get(name) ?? [];
    return others.length > 0 ? undefined : { namespace, name };
  };
}
