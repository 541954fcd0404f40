import {
  type CallContextV1,
  ConnectorError,
  createSignalIds,
  type SignalQueryByKind,
  type SignalSourceV1,
  toQueryId,
} from '@midwatch/core';
import { keepWithinLimit } from '@midwatch/core/otlp';
import type * as z from 'zod';
import { createAttribution } from './attribution.js';
import {
  type Autoscaler,
  autoscalerSchema,
  autoscalerTroubles,
  type Node,
  nodeSchema,
  nodeTroubles,
} from './cluster-troubles.js';
import type { SourceOptions } from './deploys-source.js';
import { type EventObject, eventSchema } from './event-object.js';
import { aboutOf, toEventTrouble } from './event-troubles.js';
import type { KubernetesApi, Listing, ListPath } from './kubernetes-api.js';
import { type Pod, podSchema } from './pod-object.js';
import { podTroubles } from './pod-troubles.js';
import { describeNamespaces, toScope } from './query-scope.js';
import { type Part, settleParts } from './settle-parts.js';
import { type Trouble, toIncident } from './trouble.js';

type IncidentQuery = SignalQueryByKind['incidents'];
type Found =
  | { readonly pod: Pod }
  | { readonly event: EventObject }
  | { readonly autoscaler: Autoscaler }
  | { readonly node: Node };

const MAX_ITEMS = 1000;

/** Troubles of pods and their containers, autoscalers and nodes as they are now, and events of the last hour. */
export function createIncidentsSource(
  api: KubernetesApi,
  options: SourceOptions,
): SignalSourceV1<'incidents'> {
  const { connectorId, covers, webUrl } = options;
  return {
    limits: { maxItems: MAX_ITEMS },
    async doQuery(query, call) {
      const { window, target } = query;
      const scope = toScope(query, covers);
      const text = `GET pods, events, horizontalpodautoscalers, nodes: ${target.service ?? 'all'} in ${describeNamespaces(scope.namespaces)}`;
      const queryId = toQueryId(connectorId, text, window);
      const url = webUrl === undefined ? {} : { url: webUrl };
      const provenance = [{ queryId, language: 'http', text, window, ...url }];
      if (scope.namespaces.length === 0) return { signals: [], gaps: scope.gaps, provenance };
      const { items, gaps } = await readCluster(api, scope.namespaces, call);
      const frame = { connectorId, queryId, toId: createSignalIds(connectorId, 'incidents') };
      const incidents = toTroubles(items, query)
        .flatMap((trouble) => toIncident(trouble, window, frame) ?? [])
        .sort((left, right) => left.timestampMs - right.timestampMs || (left.id < right.id ? -1 : 1));
      const kept = keepWithinLimit(incidents, query);
      return { signals: kept.signals, gaps: [...scope.gaps, ...gaps, ...kept.gaps], provenance };
    },
  };
}

/** Each list stands for itself: without the right to read nodes, pods are still told. */
function readCluster(
  api: KubernetesApi,
  namespaces: readonly (string | undefined)[],
  call: CallContextV1,
): Promise<Listing<Found>> {
  function listOf<T>(
    path: ListPath,
    namespace: string | undefined,
    schema: z.ZodType<T>,
    fieldSelector?: string,
  ) {
    return api.list({ path, namespace, schema, fieldSelector }, call);
  }
  async function events(namespace: string | undefined): Promise<Listing<EventObject>> {
    try {
      return await listOf('/apis/events.k8s.io/v1/{scope}events', namespace, eventSchema);
    } catch (error) {
      // The same events, in the shape of the core group: a Role may grant only one of the two.
      if (!ConnectorError.is(error) || (error.status !== 403 && error.status !== 404)) throw error;
      return listOf('/api/v1/{scope}events', namespace, eventSchema);
    }
  }
  const parts = namespaces.flatMap((namespace): Part<Found>[] => [
    part(
      'pods',
      // Jobs that are done are most pods of some clusters, and in no trouble.
      listOf('/api/v1/{scope}pods', namespace, podSchema, 'status.phase!=Succeeded'),
      (pod) => ({ pod }),
    ),
    part('events', events(namespace), (event) => ({ event })),
    part(
      'horizontalpodautoscalers',
      listOf('/apis/autoscaling/v2/{scope}horizontalpodautoscalers', namespace, autoscalerSchema),
      (autoscaler) => ({ autoscaler }),
    ),
  ]);
  return settleParts([
    ...parts,
    part('nodes', listOf('/api/v1/nodes', undefined, nodeSchema), (node) => ({ node })),
  ]);
}

function part<T>(what: string, listing: Promise<Listing<T>>, toFound: (item: T) => Found): Part<Found> {
  return { what, listing: listing.then(({ items, gaps }) => ({ items: items.map(toFound), gaps })) };
}

function toTroubles(found: readonly Found[], { target }: IncidentQuery): readonly Trouble[] {
  const attribution = createAttribution(
    found.flatMap((one) => ('pod' in one ? [one.pod] : [])),
    target,
  );
  return found.flatMap((one): readonly Trouble[] => {
    if ('pod' in one) {
      const service = attribution.ofPod(one.pod);
      return service === undefined ? [] : podTroubles(one.pod, service);
    }
    if ('autoscaler' in one) {
      const { name } = one.autoscaler.spec.scaleTargetRef;
      const service = attribution.ofWorkload(name, one.autoscaler.metadata.namespace ?? '');
      return service === undefined ? [] : autoscalerTroubles(one.autoscaler, service);
    }
    if ('node' in one) return attribution.isNodeAsked(one.node.metadata.name) ? nodeTroubles(one.node) : [];
    const about = aboutOf(one.event);
    const owner = attribution.ofObject(about, one.event.metadata.namespace ?? '');
    if (owner === undefined) return [];
    const trouble = toEventTrouble(one.event, owner.service);
    return trouble === undefined ? [] : [trouble];
  });
}
