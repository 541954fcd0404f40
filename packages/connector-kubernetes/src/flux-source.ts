import type { CallContextV1, Gap } from '@midwatch/core';
import { type FluxRelease, helmHistory, kustomizationHistory } from './flux-history.js';
import { helmReleaseSchema, kustomizationSchema } from './flux-schema.js';
import type { KubernetesApi } from './kubernetes-api.js';
import { isObjectName, textOf } from './object-schema.js';
import { partGap, toFailure } from './settle-parts.js';
import type { Workload } from './workload.js';

interface FluxObject {
  readonly kind: FluxRelease['kind'];
  readonly namespace: string;
  readonly name: string;
}

/** Flux labels what it applies with what applied it: without such a workload nothing is asked. */
const owners = [
  { kind: 'helmrelease', prefix: 'helm.toolkit.fluxcd.io/' },
  { kind: 'kustomization', prefix: 'kustomize.toolkit.fluxcd.io/' },
] as const;

/** Of one answer; each costs a request. */
const MAX_OBJECTS = 6;

export interface FluxReading {
  readonly releases: readonly FluxRelease[];
  /** The latest start of a history that was cut. */
  readonly startMs: number | undefined;
  readonly gaps: readonly Gap[];
}

/** What Flux object made a workload; a HelmRelease that is itself in a Kustomization labels its workloads alone. */
export function fluxOwner({ metadata }: Workload): FluxObject | undefined {
  for (const { kind, prefix } of owners) {
    const name = textOf(metadata.labels, `${prefix}name`);
    const namespace = textOf(metadata.labels, `${prefix}namespace`);
    if (name === undefined || namespace === undefined) continue;
    if (isObjectName(name) && isObjectName(namespace)) return { kind, namespace, name };
  }
  return undefined;
}

/** The histories of the Flux objects that made these workloads. */
export async function readFlux(
  api: KubernetesApi,
  workloads: readonly Workload[],
  call: CallContextV1,
): Promise<FluxReading> {
  const objects = new Map<string, FluxObject>();
  for (const workload of workloads) {
    const owner = fluxOwner(workload);
    if (owner !== undefined) objects.set(`${owner.kind}/${owner.namespace}/${owner.name}`, owner);
  }
  const asked = [...objects.values()].slice(0, MAX_OBJECTS);
  const settled = await Promise.allSettled(asked.map((object) => readHistory(api, object, call)));
  const gaps: Gap[] = [];
  const releases: FluxRelease[] = [];
  const starts: number[] = [];
  for (const result of settled) {
    if (result.status === 'rejected') gaps.push(partGap('histories of Flux', toFailure(result.reason)));
    else {
      releases.push(...result.value.releases);
      if (result.value.startMs !== undefined) starts.push(result.value.startMs);
    }
  }
  const count = objects.size - asked.length;
  if (count > 0)
    gaps.push({ reason: 'row-limit', missing: { count, exact: true }, detail: 'further histories of Flux' });
  return { releases, gaps, startMs: starts.length === 0 ? undefined : Math.max(...starts) };
}

async function readHistory(api: KubernetesApi, { kind, namespace, name }: FluxObject, call: CallContextV1) {
  const names = { namespace, name };
  if (kind === 'helmrelease') {
    const path = '/apis/helm.toolkit.fluxcd.io/v2/namespaces/{namespace}/helmreleases/{name}';
    const release = await api.read(path, names, helmReleaseSchema, call);
    return release === undefined ? { releases: [], startMs: undefined } : helmHistory(release);
  }
  const path = '/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/{namespace}/kustomizations/{name}';
  const kustomization = await api.read(path, names, kustomizationSchema, call);
  return kustomization === undefined
    ? { releases: [], startMs: undefined }
    : kustomizationHistory(kustomization);
}
