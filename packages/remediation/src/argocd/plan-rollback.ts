import type { DeploySignal } from '@midwatch/core';
import type { Redactor } from '@midwatch/core/incident';
import { type PlanAnswer, type Refused, refuse, toPlan } from '../plan.js';
import { hashOf } from '../plan-id.js';
import { findSchemaMigrations } from '../schema-migrations.js';
import { asObserved, isObserved, type Observed, type TargetName } from '../target.js';
import { diffValues } from '../template-diff.js';
import {
  type Application,
  type HistoryEntry,
  hashOfSource,
  revisionsOf,
  syncsItself,
} from './argocd-application.js';

/** An entry of an application's history: what a rollback can go to. */
export interface ApplicationRevision extends Observed {
  readonly entry: HistoryEntry;
}

/** An application as it was read. */
export interface ObservedApplication extends Observed {
  readonly target: Extract<TargetName, { kind: 'application' }>;
  readonly application: Application;
  /** Newest first; the first is what was synced last. */
  readonly revisions: readonly ApplicationRevision[];
  readonly state: Readonly<Record<string, unknown>>;
}

/** Always a rollback: restarts and scaling are Kubernetes' own. */
export interface ArgoCdRequest {
  readonly kind: 'rollback';
  readonly to: ApplicationRevision;
}

const workloads: ReadonlySet<string> = new Set(['CronJob', 'DaemonSet', 'Deployment', 'Rollout']);
/**
 * What a release is made of. A rollback writes everything that the application holds: data (volumes, StatefulSets, Jobs that would run
 * again), network policies, rights, definitions and applications of its own are a person's, and so is a kind that is not known here.
 */
const releaseKinds: ReadonlySet<string> = new Set([
  ...workloads,
  'ConfigMap',
  'Endpoints',
  'EndpointSlice',
  'GRPCRoute',
  'HorizontalPodAutoscaler',
  'HTTPRoute',
  'Ingress',
  'PodDisruptionBudget',
  'PodMonitor',
  'PrometheusRule',
  'ScaledObject',
  'Secret',
  'Service',
  'ServiceAccount',
  'ServiceMonitor',
]);

export async function toObserved(
  target: ObservedApplication['target'],
  application: Application,
): Promise<ObservedApplication> {
  const { metadata, spec, operation, status } = application;
  const history = [...(status?.history ?? [])].sort((left, right) => right.id - left.id);
  const { project, source, sources, destination } = spec;
  return asObserved({
    target,
    application,
    revisions: history.map((entry) => asObserved({ entry })),
    state: {
      uid: metadata.uid,
      deleting: metadata.deletionTimestamp != null,
      spec: await hashOf({ project, source, sources, destination }),
      syncsItself: syncsItself(application),
      newest: history[0]?.id ?? -1,
      isAsked: operation != null,
      phase: status?.operationState?.phase ?? '',
      startedAt: status?.operationState?.startedAt ?? '',
      kinds: kindsOf(application),
    },
  });
}

/** The state that a plan to roll back to the entry is bound to. */
export async function stateFor(
  observed: ObservedApplication,
  historyId: number,
): Promise<Readonly<Record<string, unknown>>> {
  const entry = observed.revisions.find((revision) => revision.entry.id === historyId)?.entry;
  return {
    ...observed.state,
    to: entry === undefined ? [] : revisionsOf(entry),
    toSource: entry === undefined ? '' : await hashOfSource(entry),
  };
}

export async function planRollback(
  { to }: ArgoCdRequest,
  observed: ObservedApplication,
  deploys: readonly DeploySignal[],
  {
    executorId,
    redact,
    isUndo = false,
  }: { readonly executorId: string; readonly redact: Redactor | 'none'; readonly isUndo?: boolean },
): Promise<PlanAnswer> {
  if (!isObserved(observed) || !isObserved(to)) throw new TypeError('plan only what observe() gave');
  const { application, revisions, target, state } = observed;
  const refused = refuseState(observed) ?? refuseRevision(to, observed);
  if (refused !== undefined) return refused;
  const [newest] = revisions;
  const diff = diffValues(describe(newest?.entry), describe(to.entry), redact);
  const revisionsSince = revisions.filter(({ entry }) => entry.id > to.entry.id).length;
  const schemaMigrationsSeen = isUndo ? ({ state: 'none' } as const) : findSchemaMigrations([], deploys);
  const kinds = (application.status?.resources ?? []).map(({ kind }) => kind ?? '');
  const written = kinds.filter((kind) => workloads.has(kind)).length;
  const reasons = [
    written > 1 && `it writes ${written} workloads`,
    revisionsSince > 1 && `it takes back ${revisionsSince} syncs`,
    schemaMigrationsSeen.state === 'seen' && 'it takes back code that came with changes of a schema',
    schemaMigrationsSeen.state === 'not-looked' && 'nobody could look for changes of a schema',
  ].filter((reason) => reason !== false);
  return toPlan({
    executorId,
    action: { kind: 'rollback', target, toHistoryId: to.entry.id },
    state: await stateFor(observed, to.entry.id),
    steps: [
      `Argo CD syncs ${target.name} to history id ${to.entry.id} (${revisionsOf(to.entry).join(', ')}); nothing is pruned`,
      'The application is out of sync afterwards, until somebody syncs it or changes the repository',
    ],
    diff,
    reversible: state['newest'] !== to.entry.id,
    blastRadius: {
      objects: kinds.length,
      interrupts: false,
      people: reasons.length > 0 ? 2 : 1,
      reasons,
    },
    revisionsSince,
    schemaMigrationsSeen,
  });
}

export function refuseState({ application, state }: ObservedApplication): Refused | undefined {
  const { metadata, operation, status } = application;
  if (metadata.deletionTimestamp != null) return refuse('deleting', 'the application is being deleted');
  if (syncsItself(application)) {
    return refuse(
      'auto-sync',
      'automated sync is on, and with it Argo CD refuses rollbacks; switching it off changes configuration, which is a person’s: `argocd app set NAME --sync-policy none`, or revert in the repository',
    );
  }
  const phase = status?.operationState?.phase;
  if (operation != null || phase === 'Running' || phase === 'Terminating') {
    return refuse('in-progress', 'another operation is under way');
  }
  const kinds = state['kinds'] as readonly string[];
  if (kinds.length === 0)
    return refuse('protected-kinds', 'Argo CD does not tell what the application holds');
  const found = kinds.filter((kind) => !releaseKinds.has(kind));
  if (found.length === 0) return undefined;
  return refuse('protected-kinds', `a rollback would write ${found.join(', ')} as well, which is a person's`);
}

function refuseRevision(to: ApplicationRevision, { revisions, application }: ObservedApplication) {
  if (!revisions.includes(to)) return refuse('no-such-revision', 'its history has no such entry');
  const { source, sources } = to.entry;
  const hasSource = (sources?.length ?? 0) > 0 || Boolean(source?.['repoURL']);
  if (!hasSource || revisionsOf(to.entry).length === 0) {
    return refuse('no-such-revision', 'the entry tells no source to go back to');
  }
  const phase = application.status?.operationState?.phase ?? '';
  if (to === revisions[0] && phase !== 'Failed' && phase !== 'Error')
    return refuse('no-change', 'that is what was synced last');
  return undefined;
}

function kindsOf({ status }: Application): readonly string[] {
  return [...new Set((status?.resources ?? []).map(({ kind }) => kind || 'something without a kind'))].sort();
}

function describe(entry: HistoryEntry | undefined): unknown {
  if (entry === undefined) return {};
  const { source, sources } = entry;
  return { revision: revisionsOf(entry), source: sources?.length ? sources : source };
}
