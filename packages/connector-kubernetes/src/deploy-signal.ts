import type { DeploySignal } from '@midwatch/core';
import { stableName } from './config-map.js';
import type { WrittenConfigMap } from './config-map-reader.js';
import type { FluxRelease } from './flux-history.js';
import { fluxOwner } from './flux-source.js';
import { versionInTemplate } from './image-version.js';
import { isObject } from './object-leaves.js';
import { textOf, toMs } from './object-schema.js';
import { type Change, cut, type RankedChange, rankChanges } from './ranked-changes.js';
import type { TimedRollout } from './rollout-time.js';
import { compareTemplates } from './template-changes.js';

export interface SignalFrame {
  readonly connectorId: string;
  readonly queryId: string;
  readonly toId: (...parts: readonly string[]) => string;
}

export interface ToldDeploy {
  readonly signal: DeploySignal;
  /** Changes beyond the cap. */
  readonly omitted: number;
}

const MAX_SUMMARY_CHARACTERS = 500;

function frameOf({ connectorId, queryId }: SignalFrame, timestampMs: number) {
  return {
    kind: 'deploys',
    timestampMs,
    timeUnixNano: `${Math.floor(timestampMs)}000000`,
    connectorId,
    queryId,
  } as const;
}

/** A rollout of a workload, with what Flux tells about it where Flux made it. */
export function toRolloutSignal(
  rollout: TimedRollout,
  service: string,
  { release, configuration }: { release?: FluxRelease | undefined; configuration: readonly RankedChange[] },
  frame: SignalFrame,
): ToldDeploy {
  const { workload, revision, previous, timestampMs, number, isCurrent } = rollout;
  const object = { kind: workload.kind, name: workload.workload };
  const compared =
    previous === undefined ? [] : compareTemplates(object, previous.revision.template, revision.template);
  const { changes, omitted } = rankChanges([...configuration, ...compared]);
  const names = [service, workload.workload];
  return {
    omitted,
    signal: {
      ...frameOf(frame, timestampMs),
      id: frame.toId(workload.kind, workload.namespace, workload.uid, String(number)),
      service,
      namespace: workload.namespace,
      revision: String(number),
      changes: [...changes],
      phase: isCurrent ? workload.phase : 'unknown',
      ...withoutUndefined({
        previousRevision: previous === undefined ? undefined : String(previous.number),
        version: versionInTemplate(revision.template, names),
        previousVersion:
          previous === undefined ? undefined : versionInTemplate(previous.revision.template, names),
        sourceRevision: release?.commit,
        summary: summaryOf(rollout, changes, release),
        actor: actorOf(rollout),
        rollback: rollbackOf(rollout, names, release),
      }),
    },
  };
}

/** A change cause stays on the workload until somebody writes another: the one before may have left it. */
function summaryOf(
  { revision, previous, isRollback, workload }: TimedRollout,
  changes: readonly Change[],
  release: FluxRelease | undefined,
): string {
  const cause = revision.changeCause === previous?.revision.changeCause ? undefined : revision.changeCause;
  const restart =
    changes.length === 1 && changes[0]?.path.endsWith('kubectl.kubernetes.io/restartedAt') === true;
  const parts = [
    isRollback ? `${workload.kind} ${workload.workload} rolled back to an earlier template` : undefined,
    restart ? `${workload.kind} ${workload.workload} restarted` : undefined,
    release?.summary,
    cause,
  ].filter((part) => part !== undefined);
  const text = parts.length === 0 ? `${workload.kind} ${workload.workload} rolled out` : parts.join('; ');
  return cut(text, MAX_SUMMARY_CHARACTERS);
}

const minuteMs = 60_000;
const controllers: ReadonlySet<string> = new Set(['kube-controller-manager', 'kube-scheduler']);

/** What wrote the pod template around the time of the latest rollout: `kubectl-edit`, `helm`, `argocd-controller`. */
function actorOf({ workload, timestampMs, isCurrent }: TimedRollout): string | undefined {
  if (!isCurrent) return undefined;
  const writers = workload.managedFields.flatMap(({ manager, subresource, time, fieldsV1 }) => {
    const atMs = toMs(time);
    const spec = fieldsV1 == null ? undefined : fieldsV1['f:spec'];
    const wroteTemplate = isObject(spec) && 'f:template' in spec;
    if (!manager || subresource || atMs === undefined || !wroteTemplate || controllers.has(manager))
      return [];
    return Math.abs(timestampMs - atMs) <= 2 * minuteMs ? [{ manager, atMs }] : [];
  });
  return writers.sort((left, right) => right.atMs - left.atMs)[0]?.manager;
}

/** `kubectl rollout undo KIND/NAME --to-revision=N`, where nothing else owns the workload. */
function rollbackOf(
  { workload, previous, isCurrent }: TimedRollout,
  names: readonly string[],
  release: FluxRelease | undefined,
): DeploySignal['rollback'] {
  const { metadata, kind, namespace } = workload;
  if (previous === undefined || !isCurrent) return undefined;
  const flux = fluxOwner(workload);
  if (flux !== undefined) {
    if (release?.previousRevision === undefined) return undefined;
    const object = `${flux.kind}/${flux.name}`;
    const { previousRevision: toRevision, selfHeals } = release;
    return { system: 'flux', object, namespace: flux.namespace, toRevision, selfHeals };
  }
  // Argo CD may undo it, and its own rollback is told by the connector to Argo CD; `kubectl rollout` knows no Rollout.
  const isArgoCd =
    textOf(metadata.annotations, 'argocd.argoproj.io/tracking-id') !== undefined ||
    textOf(metadata.labels, 'argocd.argoproj.io/instance') !== undefined;
  if (isArgoCd || kind === 'Rollout') return undefined;
  const toVersion = versionInTemplate(previous.revision.template, names);
  return {
    system: 'kubernetes',
    object: `${kind.toLowerCase()}/${workload.workload}`,
    namespace,
    // A revision that was taken again has its latest number only.
    toRevision: String(previous.revision.number),
    ...withoutUndefined({ toVersion }),
  };
}

/** What Flux applied without a rollout that it could be told with: it failed, or changed other objects only. */
export function toFluxSignal(
  release: FluxRelease,
  service: string,
  atMs: number,
  frame: SignalFrame,
): DeploySignal {
  const { kind, namespace, name, revision } = release;
  return {
    ...frameOf(frame, atMs),
    id: frame.toId(kind, namespace, name, revision, String(atMs)),
    service,
    namespace,
    revision,
    changes: [],
    phase: release.phase,
    summary: cut(release.summary, MAX_SUMMARY_CHARACTERS),
    ...withoutUndefined({
      previousRevision: release.previousRevision,
      version: release.version,
      previousVersion: release.previousVersion,
      sourceRevision: release.commit,
    }),
  };
}

/** A ConfigMap that was written: pods see it at once, after a minute or at their next start. */
export function toConfigMapSignal(
  written: WrittenConfigMap,
  service: string,
  frame: SignalFrame,
): ToldDeploy {
  const { configMap, workload, timestampMs, manager } = written;
  const { name, resourceVersion } = configMap.metadata;
  const { changes, omitted } = rankChanges(written.changes);
  const known =
    changes.length > 0 ? 'by hand, since it was last applied' : 'what it held before is kept nowhere';
  return {
    omitted,
    signal: {
      ...frameOf(frame, timestampMs),
      id: frame.toId('ConfigMap', workload.namespace, name, String(timestampMs)),
      service,
      namespace: workload.namespace,
      revision: `configmap/${stableName(name)}@${resourceVersion ?? timestampMs}`,
      changes: [...changes],
      phase: 'succeeded',
      summary: `ConfigMap ${stableName(name)} was written (${known})`,
      ...withoutUndefined({ actor: manager }),
    },
  };
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(present) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
