import {
  type CallContextV1,
  type ConnectorV1,
  createSignalIds,
  type DeploySignal,
  type Gap,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import { createConfigMapReader, type WrittenConfigMap } from './config-map-reader.js';
import {
  type SignalFrame,
  type ToldDeploy,
  toConfigMapSignal,
  toFluxSignal,
  toRolloutSignal,
} from './deploy-signal.js';
import type { FluxRelease } from './flux-history.js';
import { type FluxReading, fluxOwner, readFlux } from './flux-source.js';
import type { KubernetesApi } from './kubernetes-api.js';
import { describeNamespaces, toScope } from './query-scope.js';
import type { RankedChange } from './ranked-changes.js';
import { historyStartMs, type Rollout, toRollouts } from './rollout-history.js';
import { type ReadRollouts, readRollouts } from './rollout-reader.js';
import { createRolloutClock, type TimedRollout } from './rollout-time.js';
import { serviceOf } from './service-match.js';
import type { Workload } from './workload.js';
import { toWorkloadNames } from './workload-names.js';

type DeployQuery = SignalQueryByKind['deploys'];

/** Workloads times their history of ten. */
const MAX_ITEMS = 2000;
/** Contents of ConfigMaps cost requests: they are compared for the newest rollouts, which are the likeliest culprits. */
const MAX_DETAILED = 3;

export interface SourceOptions {
  readonly connectorId: string;
  readonly covers: ConnectorV1['covers'];
  readonly webUrl: string | undefined;
}

type Told =
  | { readonly timestampMs: number; readonly service: string; readonly rollout: TimedRollout }
  | { readonly timestampMs: number; readonly service: string; readonly release: FluxRelease }
  | { readonly timestampMs: number; readonly service: string; readonly written: WrittenConfigMap };

/** Rollouts of workloads with what they changed, what Flux applied, and ConfigMaps that were written. */
export function createDeploysSource(api: KubernetesApi, options: SourceOptions): SignalSourceV1<'deploys'> {
  return {
    limits: { maxItems: MAX_ITEMS },
    async doQuery(query, call) {
      const scope = toScope(query, options.covers);
      const text = `GET /apis/apps/v1/{deployments,statefulsets,daemonsets,replicasets,controllerrevisions}: ${query.target.service ?? 'all'} in ${describeNamespaces(scope.namespaces)}`;
      const queryId = toQueryId(options.connectorId, text, query.window);
      const url = options.webUrl === undefined ? {} : { url: options.webUrl };
      const provenance = [{ queryId, language: 'http', text, window: query.window, ...url }];
      if (scope.namespaces.length === 0) return { signals: [], gaps: scope.gaps, provenance };
      const read = await readRollouts(api, scope.namespaces, query, call);
      const histories = read.workloads.map((workload) => ({
        workload,
        rollouts: toRollouts(read.revisions.get(workload.uid) ?? []),
      }));
      const toId = createSignalIds(options.connectorId, 'deploys');
      const frame: SignalFrame = { connectorId: options.connectorId, queryId, toId };
      const answer = await tellDeploys(api, query, histories, frame, call);
      return {
        signals: answer.signals,
        gaps: [...scope.gaps, ...read.gaps, ...answer.gaps, ...matchGaps(query, read, histories)],
        provenance,
        ...namesOf(read, query.target.service),
      };
    },
  };
}

function namesOf({ all, workloads }: ReadRollouts, service: string | undefined) {
  const asked = new Set(service === undefined ? [] : workloads);
  return all === undefined
    ? {}
    : { workloads: all.map((one) => toWorkloadNames(one, asked.has(one) ? service : undefined)) };
}

interface History {
  readonly workload: Workload;
  readonly rollouts: readonly Rollout[];
}

async function tellDeploys(
  api: KubernetesApi,
  query: DeployQuery,
  histories: readonly History[],
  frame: SignalFrame,
  call: CallContextV1,
): Promise<{ signals: DeploySignal[]; gaps: Gap[] }> {
  const { window, target } = query;
  const clock = createRolloutClock(api, call);
  const reader = createConfigMapReader(api, call);
  const nameOf = (workload: Workload) => target.service ?? serviceOf(workload);
  const [timed, flux, written] = await Promise.all([
    Promise.all(
      histories.flatMap(({ workload, rollouts }) =>
        rollouts.map((rollout) => clock(workload, rollout, window)),
      ),
    ),
    readFlux(
      api,
      histories.map(({ workload }) => workload),
      call,
    ),
    // Of everything there is, it would be hundreds of requests.
    target.service === undefined ? [] : Promise.all(histories.map((history) => writtenOf(reader, history))),
  ]);
  const rollouts = timed.flatMap((result) => result.timed ?? []);
  const told: Told[] = [
    ...rollouts.map((rollout) => ({
      rollout,
      service: nameOf(rollout.workload),
      timestampMs: rollout.timestampMs,
    })),
    ...untoldReleases(flux, rollouts, target.service),
    ...uniqueWrites(written.flat()).map((one) => ({
      written: one,
      service: nameOf(one.workload),
      timestampMs: one.timestampMs,
    })),
  ];
  const inWindow = told
    .filter(({ timestampMs }) => timestampMs >= window.startMs && timestampMs < window.endMs)
    .sort((left, right) => left.timestampMs - right.timestampMs);
  const kept = keepWithinLimit(inWindow, query);
  const configuration = await configurationOf(
    kept.signals,
    target.service === undefined ? undefined : reader,
  );
  const deploys = kept.signals.map((one): ToldDeploy => {
    if ('written' in one) return toConfigMapSignal(one.written, one.service, frame);
    if ('release' in one) {
      return { signal: toFluxSignal(one.release, one.service, one.timestampMs, frame), omitted: 0 };
    }
    const release = releaseOf(one.rollout, flux.releases);
    const changes = configuration.get(one.rollout) ?? [];
    return toRolloutSignal(one.rollout, one.service, { release, configuration: changes }, frame);
  });
  const gaps = [
    ...kept.gaps,
    ...timed.flatMap((result) => result.gaps),
    ...flux.gaps,
    ...reader.gaps(),
    ...startGap(query, 'what Flux remembers begins later', flux.startMs),
    ...omittedGap(deploys),
  ];
  return { signals: deploys.map(({ signal }) => signal), gaps };
}

async function writtenOf(
  reader: ReturnType<typeof createConfigMapReader>,
  { workload, rollouts }: History,
): Promise<readonly WrittenConfigMap[]> {
  const current = rollouts.at(-1);
  return current === undefined ? [] : reader.writtenFor(workload, current.revision.template);
}

/** A ConfigMap that several workloads share was written once. */
function uniqueWrites(written: readonly WrittenConfigMap[]): readonly WrittenConfigMap[] {
  return [...new Map(written.map((one) => [one.configMap, one])).values()];
}

/** What changed inside ConfigMaps, for the newest rollouts; without a reader for none. */
async function configurationOf(
  kept: readonly Told[],
  reader: ReturnType<typeof createConfigMapReader> | undefined,
): Promise<ReadonlyMap<TimedRollout, readonly RankedChange[]>> {
  const rollouts = kept.flatMap((one) => ('rollout' in one ? [one.rollout] : []));
  const newest = reader === undefined ? [] : rollouts.slice(-MAX_DETAILED).toReversed();
  const changes = await Promise.all(
    newest.map(
      async (rollout) => [rollout, (await reader?.replacedBy(rollout.workload, rollout)) ?? []] as const,
    ),
  );
  return new Map(changes);
}

/** What Flux applied when a rollout of one of its workloads began. */
function releaseOf(rollout: TimedRollout, releases: readonly FluxRelease[]): FluxRelease | undefined {
  const owner = fluxOwner(rollout.workload);
  if (owner === undefined) return undefined;
  return releases.findLast(
    ({ kind, name, namespace, fromMs, untilMs }) =>
      kind === owner.kind &&
      name === owner.name &&
      namespace === owner.namespace &&
      rollout.timestampMs >= fromMs &&
      rollout.timestampMs < untilMs,
  );
}

/**
 * What Flux applied and no rollout tells: it failed, or changed other objects. Of a Kustomization with several services nothing
 * says whose, so that it is told under its own name, and only when all services were asked for.
 */
function untoldReleases(
  { releases }: FluxReading,
  rollouts: readonly TimedRollout[],
  service: string | undefined,
): Told[] {
  const told = new Set(rollouts.map((rollout) => releaseOf(rollout, releases)));
  return releases.flatMap((release): Told[] => {
    if (told.has(release) || release.atMs === undefined) return [];
    if (service !== undefined && release.isShared) return [];
    return [{ release, service: service ?? release.name, timestampMs: release.atMs }];
  });
}

function matchGaps(query: DeployQuery, read: ReadRollouts, histories: readonly History[]): Gap[] {
  const gaps: Gap[] = [];
  if (query.target.service !== undefined && read.workloads.length === 0) {
    const detail = 'no Deployment, StatefulSet, DaemonSet or Rollout there is this service';
    gaps.push({ reason: 'unmapped-target', detail });
  }
  if ((query.between ?? []).length > 0) {
    const detail = 'what lies between two commits is for a connector to the source code';
    gaps.push({ reason: 'unsupported-filter', detail });
  }
  const starts = histories.flatMap(({ rollouts }) => historyStartMs(rollouts) ?? []);
  return [...gaps, ...startGap(query, 'older revisions of a workload are deleted', Math.max(...starts))];
}

function startGap({ window }: DeployQuery, detail: string, startMs: number | undefined): Gap[] {
  if (startMs === undefined || !(startMs > window.startMs)) return [];
  const uncovered = { startMs: window.startMs, endMs: Math.min(startMs, window.endMs) };
  return [{ reason: 'retention', window: uncovered, detail }];
}

function omittedGap(deploys: readonly ToldDeploy[]): Gap[] {
  const count = deploys.reduce((sum, { omitted }) => sum + omitted, 0);
  return count === 0
    ? []
    : [
        {
          reason: 'row-limit',
          missing: { count, exact: true },
          detail: 'less telling changes of pod templates',
        },
      ];
}
