import type { DeploySignal } from '@midwatch/core';
import type { HelmRelease, Kustomization } from './flux-schema.js';
import { textOf, toMs } from './object-schema.js';

/** One revision that Flux applied. */
export interface FluxRelease {
  readonly kind: 'helmrelease' | 'kustomization';
  readonly name: string;
  readonly namespace: string;
  /** When it was applied; undefined when an old revision was applied again, whose time is kept nowhere. */
  readonly atMs: number | undefined;
  /** Rollouts that began between these belong to it. */
  readonly fromMs: number;
  readonly untilMs: number;
  readonly revision: string;
  readonly previousRevision: string | undefined;
  readonly version: string | undefined;
  readonly previousVersion: string | undefined;
  /** The commit, where the revision names one. */
  readonly commit: string | undefined;
  readonly summary: string;
  readonly phase: DeploySignal['phase'];
  /** Flux undoes what others change. */
  readonly selfHeals: boolean;
  /** It holds workloads of several services, or none. */
  readonly isShared: boolean;
}

export interface FluxHistory {
  readonly releases: readonly FluxRelease[];
  /** From when on the history is known to hold everything; undefined when it was never cut. */
  readonly startMs: number | undefined;
}

const minuteMs = 60_000;
const helmPhases: ReadonlyMap<string, DeploySignal['phase']> = new Map([
  ['deployed', 'succeeded'],
  ['superseded', 'succeeded'],
  ['failed', 'failed'],
  ['pending-install', 'running'],
  ['pending-upgrade', 'running'],
  ['pending-rollback', 'running'],
]);

export function helmHistory({ metadata, spec, status }: HelmRelease): FluxHistory {
  const entries = (status?.history ?? []).toSorted((left, right) => left.version - right.version);
  const releases: FluxRelease[] = [];
  for (const [index, entry] of entries.entries()) {
    const previous = entries[index - 1];
    const atMs = toMs(entry.lastDeployed);
    if (atMs === undefined) continue;
    const chart = `${entry.chartName ?? 'chart'} ${entry.chartVersion ?? ''}`.trim();
    // The chart's version stays when only its values change.
    const isSameChart =
      previous?.chartVersion === entry.chartVersion && previous?.chartName === entry.chartName;
    const hasOtherValues = previous !== undefined && previous.configDigest !== entry.configDigest;
    const what = isSameChart ? (hasOtherValues ? 'other values' : 'the same chart and values') : chart;
    releases.push({
      kind: 'helmrelease',
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      atMs,
      // Hooks run before the workloads are touched.
      fromMs: atMs - minuteMs,
      untilMs: atMs + 10 * minuteMs,
      revision: String(entry.version),
      previousRevision: previous === undefined ? undefined : String(previous.version),
      version: entry.appVersion ?? entry.chartVersion ?? undefined,
      previousVersion: previous?.appVersion ?? previous?.chartVersion ?? undefined,
      commit: undefined,
      summary: `HelmRelease ${metadata.name} version ${entry.version}: ${what}${isSameChart ? ` (${chart})` : ''}`,
      phase: helmPhases.get(entry.status ?? '') ?? 'unknown',
      selfHeals: spec?.suspend !== true && spec?.driftDetection?.mode === 'enabled',
      isShared: false,
    });
  }
  const [oldest] = entries;
  const startMs = oldest === undefined || oldest.version <= 1 ? undefined : toMs(oldest.lastDeployed);
  return { releases, startMs };
}

/** Entries of an inventory are `namespace_name_group_kind`. */
const workloadEntry = /_(?:apps_(?:Deployment|StatefulSet|DaemonSet)|argoproj\.io_Rollout)$/;
const MAX_HISTORY = 5;

export function kustomizationHistory({ metadata, spec, status }: Kustomization): FluxHistory {
  const applied = appliedRevisions(status?.history ?? []);
  const workloads = (status?.inventory?.entries ?? []).filter(({ id }) => workloadEntry.test(id)).length;
  const releases: FluxRelease[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  let othersUntilMs = Number.NEGATIVE_INFINITY;
  for (const { revision, firstMs, lastMs, reconciled } of applied) {
    // Applied last, and first seen before another one: an old revision was applied again.
    const isAgain = firstMs < newestMs;
    releases.push({
      kind: 'kustomization',
      name: metadata.name,
      namespace: metadata.namespace ?? '',
      atMs: isAgain ? undefined : firstMs,
      // Told at the end of the reconciliation, which waits for health where it is asked to.
      fromMs: isAgain ? othersUntilMs : firstMs - 10 * minuteMs,
      untilMs: (isAgain ? lastMs : firstMs) + 2 * minuteMs,
      revision,
      previousRevision: releases.at(-1)?.revision,
      version: undefined,
      previousVersion: undefined,
      commit: /@sha1:([0-9a-f]{40})$/.exec(revision)?.[1],
      summary: `Kustomization ${metadata.name} applied ${revision}${isAgain ? ' again' : ''}`,
      phase: phaseOf(reconciled),
      selfHeals: spec?.suspend !== true,
      isShared: workloads !== 1,
    });
    newestMs = Math.max(newestMs, firstMs);
    othersUntilMs = Math.max(othersUntilMs, lastMs);
  }
  const isFull = (status?.history ?? []).length >= MAX_HISTORY;
  return { releases, startMs: isFull ? Math.min(...applied.map(({ firstMs }) => firstMs)) : undefined };
}

interface AppliedRevision {
  readonly revision: string;
  readonly firstMs: number;
  /** Moves at every interval while it stays applied. */
  readonly lastMs: number;
  /** How the latest reconciliation of it ended. */
  readonly reconciled: string;
}

/** One for each revision, in the order in which they were applied last. Each status of a revision has an entry of its own. */
function appliedRevisions(
  history: NonNullable<NonNullable<Kustomization['status']>['history']>,
): AppliedRevision[] {
  const byRevision = new Map<string, AppliedRevision>();
  for (const { firstReconciled, lastReconciled, lastReconciledStatus, metadata, digest } of history) {
    const firstMs = toMs(firstReconciled);
    const revision = textOf(metadata, 'revision') ?? digest ?? '';
    if (firstMs === undefined || revision === '') continue;
    const lastMs = toMs(lastReconciled) ?? firstMs;
    const known = byRevision.get(revision);
    const isLatest = known === undefined || lastMs > known.lastMs;
    byRevision.set(revision, {
      revision,
      firstMs: Math.min(firstMs, known?.firstMs ?? firstMs),
      lastMs: Math.max(lastMs, known?.lastMs ?? lastMs),
      reconciled: isLatest ? (lastReconciledStatus ?? '') : known.reconciled,
    });
  }
  return [...byRevision.values()].sort(
    (left, right) => left.lastMs - right.lastMs || left.firstMs - right.firstMs,
  );
}

function phaseOf(status: string): DeploySignal['phase'] {
  if (/succeeded/i.test(status)) return 'succeeded';
  return /fail/i.test(status) ? 'failed' : 'unknown';
}
