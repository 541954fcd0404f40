import type { Target } from '@midwatch/core';
import { isNamedAfter, type Pod, podIdentity, workloadOfJob, workloadOfPodName } from './pod-object.js';
import { matchService, type ServiceIdentity, serviceOf } from './service-match.js';

/** Whose an object is; `undefined` when it is none of the target's. */
export interface Attribution {
  ofPod(pod: Pod): string | undefined;
  ofWorkload(name: string, namespace: string): string | undefined;
  /** Of an object that an event is about; `service` is absent where it belongs to no service. */
  ofObject(
    about: { readonly kind: string; readonly name: string },
    namespace: string,
  ): { readonly service: string | undefined } | undefined;
  isNodeAsked(name: string): boolean;
}

interface Known {
  readonly pod: Pod;
  readonly identity: ServiceIdentity;
}

/** Finds the service of whatever stands in a cluster by the pods that run, and by names where pods are gone. */
export function createAttribution(pods: readonly Pod[], target: Target): Attribution {
  const { service } = target;
  const all: readonly Known[] = pods.map((pod) => ({ pod, identity: podIdentity(pod) }));
  const ofService = service === undefined ? all : matchService(all, ({ identity }) => identity, service);
  const asked =
    target.pod === undefined ? ofService : ofService.filter(({ pod }) => pod.metadata.name === target.pod);
  const serviceByPod = new Map<string, string>();
  const serviceByWorkload = new Map<string, string>();
  const serviceByClaim = new Map<string, string>();
  const nodes = new Set<string>();
  for (const { pod, identity } of asked) {
    const name = service ?? serviceOf(identity);
    const keyOf = (object: string) => `${identity.namespace}/${object}`;
    serviceByPod.set(keyOf(pod.metadata.name), name);
    serviceByWorkload.set(keyOf(identity.workload), name);
    for (const { persistentVolumeClaim } of pod.spec?.volumes ?? []) {
      if (persistentVolumeClaim?.claimName) serviceByClaim.set(keyOf(persistentVolumeClaim.claimName), name);
    }
    if (pod.spec?.nodeName) nodes.add(pod.spec.nodeName);
  }
  const isOpen = service === undefined && target.pod === undefined;
  const workloadNames =
    service === undefined ? [] : [service, ...asked.map(({ identity }) => identity.workload)];
  const namesAsked = [...new Set(workloadNames)];

  function ofWorkload(name: string, namespace: string): string | undefined {
    const known = serviceByWorkload.get(`${namespace}/${name}`);
    if (known !== undefined || target.pod !== undefined) return known;
    return isOpen || name === service ? name : undefined;
  }

  /** A pod that is gone, or a ReplicaSet. */
  function ofGenerated(name: string, namespace: string): string | undefined {
    if (target.pod !== undefined)
      return name === target.pod ? (service ?? workloadOfPodName(name)) : undefined;
    if (service !== undefined) {
      return namesAsked.some((workload) => isNamedAfter(name, workload)) ? service : undefined;
    }
    const workload = workloadOfPodName(name);
    return workload === undefined ? undefined : ofWorkload(workload, namespace);
  }

  return {
    ofPod: ({ metadata }) => serviceByPod.get(`${metadata.namespace ?? ''}/${metadata.name}`),
    ofWorkload,
    ofObject({ kind, name }, namespace) {
      if (kind === 'Node') return (isOpen ? true : nodes.has(name)) ? { service: undefined } : undefined;
      const key = `${namespace}/${name}`;
      const owner =
        kind === 'Pod' || kind === 'ReplicaSet'
          ? (serviceByPod.get(key) ?? ofGenerated(name, namespace))
          : kind === 'PersistentVolumeClaim'
            ? serviceByClaim.get(key)
            : ofWorkload(kind === 'Job' ? workloadOfJob(name) : name, namespace);
      return owner === undefined && !isOpen ? undefined : { service: owner };
    },
    isNodeAsked: (name) => isOpen || nodes.has(name),
  };
}
