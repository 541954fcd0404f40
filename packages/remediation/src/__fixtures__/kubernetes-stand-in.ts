import type { FetchLike } from '@midwatch/core';
import { type Fault, faultAnswer, type RecordedRequest, recordRequest } from './recorded-request.js';

export const WRITE_TOKEN = 'write-token';
const REVISION = 'deployment.kubernetes.io/revision';

interface Meta {
  name: string;
  uid: string;
  resourceVersion: string;
  generation: number;
  annotations: Record<string, string>;
  labels: Record<string, string>;
  deletionTimestamp?: string;
  ownerReferences?: unknown[];
}
interface Template {
  metadata: { labels: Record<string, string>; annotations?: Record<string, string> };
  spec: Record<string, unknown>;
}
interface Deployment {
  metadata: Meta;
  spec: { replicas: number; paused?: boolean; selector: unknown; strategy: unknown; template: Template };
}

const status = (code: number, reason: string) =>
  Response.json({ kind: 'Status', status: 'Failure', reason, code }, { status: code });
const labels = { app: 'api' };

function templateOf(image: string): Template {
  return {
    metadata: { labels },
    spec: { containers: [{ name: 'api', image, env: [{ name: 'POOL_MAX', value: image.slice(-1) }] }] },
  };
}

/** An API server with one Deployment `shop/api` of three images, its ReplicaSets and a pod; its controller works at once. */
export function createKubernetesStandIn() {
  let version = 100;
  const owner = (kind: string, name: string, uid: string) => [{ kind, name, uid, controller: true }];
  const meta = (name: string, more: Partial<Meta> = {}): Meta => ({
    name,
    uid: `uid-${name}`,
    resourceVersion: String(++version),
    generation: 1,
    annotations: {},
    labels,
    ...more,
  });
  const set = (number: number, image: string) => ({
    metadata: meta(`api-${number}`, {
      annotations: { [REVISION]: String(number) },
      ownerReferences: owner('Deployment', 'api', 'uid-api'),
    }),
    spec: {
      template: {
        ...templateOf(image),
        metadata: { labels: { ...labels, 'pod-template-hash': `h${number}` } },
      } as Template,
    },
  });
  const stand = {
    deployment: {
      metadata: meta('api', { annotations: { [REVISION]: '3' } }),
      spec: {
        replicas: 4,
        selector: { matchLabels: labels },
        strategy: { type: 'RollingUpdate' },
        template: templateOf('api:3'),
      },
    } as Deployment,
    sets: [set(1, 'api:1'), set(2, 'api:2'), set(3, 'api:3')],
    pods: [{ metadata: meta('api-3-x', { ownerReferences: owner('ReplicaSet', 'api-3', 'uid-api-3') }) }],
    autoscalers: [] as unknown[],
    requests: [] as RecordedRequest[],
    /** How many writes were carried out. */
    writes: 0,
    /** Their bodies. */
    written: [] as unknown[],
    evictionsAllowed: true,
    /** For the next writes, one each. */
    faults: [] as Fault[],
    /** For the next readings, one each. */
    readFaults: [] as Fault[],
    /** Somebody else, just before a write. */
    beforeWrite: undefined as (() => void) | undefined,
    touch: (object: { metadata: Meta }) => {
      object.metadata.resourceVersion = String(++version);
    },
    /** What somebody else's `kubectl set image` does. */
    rollOut: (image: string) => changeTemplate(templateOf(image)),
    fetch: (async (input, init) => {
      const request = await recordRequest(input, init);
      stand.requests.push(request);
      if (request.authorization !== `Bearer ${WRITE_TOKEN}`) return status(401, 'Unauthorized');
      if (request.method === 'GET') {
        const answered = faultAnswer(stand.readFaults.shift(), () => read(request), init?.signal);
        return answered ?? read(request);
      }
      stand.beforeWrite?.();
      return faultAnswer(stand.faults.shift(), () => write(request), init?.signal) ?? write(request);
    }) as FetchLike,
  };

  function changeTemplate(template: Template): void {
    const { deployment, sets } = stand;
    deployment.spec.template = template;
    deployment.metadata.generation += 1;
    stand.touch(deployment);
    const next = String(Number(deployment.metadata.annotations[REVISION]) + 1);
    const bare = (value: Template) =>
      JSON.stringify([value.spec, value.metadata.annotations ?? {}]);
    let found = sets.find((candidate) => bare(candidate.spec.template) === bare(template));
    if (found === undefined) {
      found = set(Number(next), 'new');
      found.spec.template = structuredClone(template);
      sets.push(found);
    }
    found.metadata.annotations[REVISION] = next;
    deployment.metadata.annotations[REVISION] = next;
  }

  function read({ path }: RecordedRequest): Response {
    const [, resource = '', name] = /\/namespaces\/shop\/([a-z]+)(?:\/([^/]+))?$/.exec(path) ?? [];
    if (resource === 'horizontalpodautoscalers') return Response.json({ metadata: {}, items: stand.autoscalers });
    const lists: Record<string, { metadata: Meta }[]> = {
      deployments: [stand.deployment],
      replicasets: stand.sets,
      pods: stand.pods,
    };
    const items = lists[resource] ?? [];
    if (name === undefined) return Response.json({ metadata: {}, items });
    const found = items.find(({ metadata }) => metadata.name === name);
    return found === undefined ? status(404, 'NotFound') : Response.json(found);
  }

  function write(request: RecordedRequest): Response {
    const isDryRun = request.query['dryRun'] === 'All';
    const answer = request.path.endsWith('/eviction') ? evict(request, isDryRun) : patch(request, isDryRun);
    if (answer.ok && !isDryRun) {
      stand.writes += 1;
      stand.written.push(request.body);
    }
    return answer;
  }

  function evict({ path, body }: RecordedRequest, isDryRun: boolean): Response {
    const name = path.split('/').at(-2);
    const pod = stand.pods.find(({ metadata }) => metadata.name === name);
    if (pod === undefined) return status(404, 'NotFound');
    const { preconditions } = (body as { deleteOptions: { preconditions: Partial<Meta> } }).deleteOptions;
    const { uid, resourceVersion } = pod.metadata;
    if (preconditions.uid !== uid || preconditions.resourceVersion !== resourceVersion) {
      return status(409, 'Conflict');
    }
    if (!stand.evictionsAllowed) return status(429, 'TooManyRequests');
    if (!isDryRun) stand.pods.splice(stand.pods.indexOf(pod), 1);
    return Response.json({ kind: 'Status', status: 'Success' }, { status: 201 });
  }

  function patch({ body, contentType }: RecordedRequest, isDryRun: boolean): Response {
    const { deployment } = stand;
    const { metadata } = deployment;
    if (contentType === 'application/json-patch+json') {
      const steps = body as { op: string; path: string; value: unknown }[];
      const test = (path: string) => steps.find((step) => step.op === 'test' && step.path === path)?.value;
      if (test('/metadata/uid') !== metadata.uid) return status(422, 'Invalid');
      if (test('/metadata/resourceVersion') !== metadata.resourceVersion) return status(422, 'Invalid');
      if (isDryRun) return Response.json(deployment);
      for (const step of steps.filter(({ op }) => op !== 'test')) {
        if (step.path === '/spec/template') changeTemplate(step.value as Template);
        else metadata.annotations[step.path.split('/').at(-1)?.replace('~1', '/') ?? ''] = String(step.value);
      }
      return Response.json(deployment);
    }
    if (contentType !== 'application/merge-patch+json') return status(415, 'UnsupportedMediaType');
    const { metadata: wanted, spec } = body as { metadata: Meta; spec: Partial<Deployment['spec']> };
    if (wanted.uid !== metadata.uid || wanted.resourceVersion !== metadata.resourceVersion) {
      return status(409, 'Conflict');
    }
    if (isDryRun) return Response.json(deployment);
    Object.assign(metadata.annotations, wanted.annotations);
    if (spec.replicas !== undefined) {
      deployment.spec.replicas = spec.replicas;
      metadata.generation += 1;
      stand.touch(deployment);
    }
    if (spec.template !== undefined) {
      const template = structuredClone(deployment.spec.template);
      template.metadata.annotations = {
        ...template.metadata.annotations,
        ...spec.template.metadata.annotations,
      };
      changeTemplate(template);
    }
    return Response.json(deployment);
  }
  return stand;
}
