import { jsonResponse } from '../http/response.js';
import {
  type DeploymentEdits,
  deploymentOf,
  podObjects,
  replicaSetObjects,
  replicaSetsOf,
} from './kubernetes-objects.js';
import { type PodTemplate, templateOf } from './rollout.js';
import type { Shop } from './shop.js';

export interface KubernetesTokens {
  readonly read: string;
  readonly write: string;
}

interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly contentType: string;
  readonly body: unknown;
}

const PLAN_ANNOTATION = '/metadata/annotations/midwatch~1plan';
const namespaced =
  /^\/(?:api\/v1|apis\/[a-z0-9.]+\/v\d)\/(?:namespaces\/([^/]+)\/)?([a-z]+)(?:\/([^/]+)(?:\/([a-z]+))?)?$/;
/** What the account that writes may do, of `access/kubernetes-role.yaml`. */
const writerMay: ReadonlySet<string> = new Set([
  'GET deployments/name',
  'PATCH deployments/name',
  'GET replicasets',
  'GET replicasets/name',
  'GET pods/name',
  'POST pods/name/eviction',
  'GET horizontalpodautoscalers',
]);

function failure(code: number, reason: string, message = reason): Response {
  return jsonResponse(code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code });
}

/**
 * The Kubernetes API of the shop's namespace, for two accounts: one reads everything, the other may only do what an executor
 * needs. https://kubernetes.io/docs/reference/kubernetes-api/
 */
export function createKubernetesApi(
  shop: Shop,
  tokens: KubernetesTokens,
): (request: Request) => Promise<Response> {
  const edits = new Map<string, DeploymentEdits>();
  const services = shop.story.topology.services.map(({ name }) => name);
  const editsOf = (service: string) => edits.get(service) ?? { annotations: {}, count: 0, generations: 0 };

  return async (request) => {
    const url = new URL(request.url);
    const authorization = request.headers.get('authorization');
    const isWriter = authorization === `Bearer ${tokens.write}`;
    if (!isWriter && authorization !== `Bearer ${tokens.read}`) return failure(401, 'Unauthorized');
    const text = await request.text();
    const asked: Asked = {
      method: request.method,
      path: url.pathname.replace(/^\/kubernetes/, ''),
      query: url.searchParams,
      contentType: request.headers.get('content-type') ?? '',
      body: text === '' ? undefined : JSON.parse(text),
    };
    return isWriter ? write(asked) : read(asked);
  };

  function read(asked: Asked): Response {
    if (asked.path === '/version') return jsonResponse(200, { gitVersion: 'v1.36.1' });
    if (asked.path.endsWith('/selfsubjectaccessreviews')) return review(asked.body);
    if (asked.method !== 'GET') return failure(403, 'Forbidden');
    return get(asked);
  }

  function write(asked: Asked): Response {
    const [, namespace, resource = '', name, verb] = namespaced.exec(asked.path) ?? [];
    const what = [resource, ...(name === undefined ? [] : ['name']), ...(verb === undefined ? [] : [verb])];
    const isAllowed = writerMay.has(`${asked.method} ${what.join('/')}`);
    if (!isAllowed || namespace !== shop.story.topology.namespace) return failure(403, 'Forbidden');
    if (asked.method === 'GET') return get(asked);
    if (resource === 'pods') return evict(asked, name ?? '');
    return services.includes(name ?? '') ? patch(asked, name ?? '') : failure(404, 'NotFound');
  }

  function get({ path, query }: Asked): Response {
    const [, namespace, resource = '', name] = namespaced.exec(path) ?? [];
    const isHere = namespace === undefined || namespace === shop.story.topology.namespace;
    const all = isHere ? objectsOf(resource) : [];
    if (name !== undefined) {
      const found = all.find((object) => metadataOf(object).name === name);
      return found === undefined ? failure(404, 'NotFound') : jsonResponse(200, found);
    }
    const terms = (query.get('labelSelector') ?? '').split(',').filter((term) => term !== '');
    const items = all.filter((object) => terms.every((term) => hasLabel(object, term)));
    return jsonResponse(200, { kind: 'List', metadata: { resourceVersion: '9000000' }, items });
  }

  function objectsOf(resource: string): readonly Record<string, unknown>[] {
    if (resource === 'deployments') {
      return services.map((service) => deploymentOf(shop, service, editsOf(service)));
    }
    if (resource === 'replicasets') return services.flatMap((service) => replicaSetObjects(shop, service));
    return resource === 'pods' ? services.flatMap((service) => podObjects(shop, service)) : [];
  }

  function evict({ body, query }: Asked, name: string): Response {
    const pod = objectsOf('pods').find((object) => metadataOf(object).name === name);
    if (pod === undefined) return failure(404, 'NotFound');
    const { preconditions } = (body as { deleteOptions: { preconditions: Metadata } }).deleteOptions;
    if (!isAsRead(metadataOf(pod), preconditions)) return failure(409, 'Conflict');
    if (query.get('dryRun') !== 'All') {
      const service = services.find((one) =>
        podObjects(shop, one).some((object) => metadataOf(object).name === name),
      );
      shop.evict(name);
      shop.note({ service: service ?? '', what: 'eviction' });
    }
    return jsonResponse(201, { kind: 'Status', status: 'Success' });
  }

  function patch(asked: Asked, service: string): Response {
    const isDryRun = asked.query.get('dryRun') === 'All';
    const before = deploymentOf(shop, service, editsOf(service));
    const wanted =
      asked.contentType === 'application/json-patch+json'
        ? readJsonPatch(asked.body, metadataOf(before))
        : asked.contentType === 'application/merge-patch+json'
          ? readMergePatch(asked.body, metadataOf(before))
          : failure(415, 'UnsupportedMediaType');
    if (wanted instanceof Response) return wanted;
    const { template, restartedAt, replicas, annotations } = wanted;
    const known = template === undefined ? undefined : findRollout(service, template);
    if (template !== undefined && known === undefined) {
      return failure(422, 'Invalid', 'only templates that were there before are simulated');
    }
    if (isDryRun) return jsonResponse(200, before);
    const current = shop.rolloutsOf(service).at(-1);
    const nowMs = shop.nowMs();
    const at = { startedAtMs: nowMs, deployedAtMs: nowMs, login: 'midwatch' };
    if (known !== undefined) shop.rollOut({ ...known, ...at });
    if (restartedAt !== undefined && current !== undefined) shop.rollOut({ ...current, ...at, restartedAt });
    const { annotations: held, count, generations, ...kept } = editsOf(service);
    edits.set(service, {
      ...kept,
      ...(replicas !== undefined && { replicas }),
      annotations: { ...held, ...annotations },
      count: count + 1,
      generations: generations + (replicas === undefined ? 0 : 1),
    });
    const what = known !== undefined ? 'rollback' : restartedAt !== undefined ? 'restart' : 'scale';
    shop.note({ service, what });
    return jsonResponse(200, deploymentOf(shop, service, editsOf(service)));
  }

  function findRollout(service: string, template: PodTemplate) {
    const wanted = canonical(template);
    const set = replicaSetsOf(shop, service).find((one) => canonical(one.template) === wanted);
    return set === undefined
      ? undefined
      : shop
          .rolloutsOf(service)
          .find((rollout) => canonical(templateOf(shop.told, rollout)) === canonical(set.template));
  }
}

interface Metadata {
  readonly name: string;
  readonly uid: string;
  readonly resourceVersion: string;
  readonly labels?: Readonly<Record<string, string>>;
}

interface Wanted {
  readonly template?: PodTemplate;
  readonly restartedAt?: string;
  readonly replicas?: number;
  readonly annotations: Readonly<Record<string, string>>;
}

const metadataOf = (object: Record<string, unknown>) => object['metadata'] as Metadata;

function isAsRead(object: Metadata, { uid, resourceVersion }: Partial<Metadata>): boolean {
  return object.uid === uid && object.resourceVersion === resourceVersion;
}

/** https://www.rfc-editor.org/rfc/rfc6902: a test that fails refuses all of it. */
function readJsonPatch(body: unknown, metadata: Metadata): Wanted | Response {
  const steps = body as readonly { op: string; path: string; value: unknown }[];
  const given = (op: string, path: string) =>
    steps.find((step) => step.op === op && step.path === path)?.value;
  const read = {
    uid: given('test', '/metadata/uid') as string,
    resourceVersion: given('test', '/metadata/resourceVersion') as string,
  };
  if (!isAsRead(metadata, read)) return failure(422, 'Invalid', 'the test operation failed');
  const template = given('replace', '/spec/template') as PodTemplate | undefined;
  const plan = given('add', PLAN_ANNOTATION);
  const isKnown = steps.length === 4 && template !== undefined && typeof plan === 'string';
  if (!isKnown) return failure(422, 'Invalid', 'the patch is not simulated');
  return { template, annotations: { 'midwatch/plan': plan } };
}

/** https://www.rfc-editor.org/rfc/rfc7396 */
function readMergePatch(body: unknown, metadata: Metadata): Wanted | Response {
  const { metadata: given, spec } = body as {
    metadata: Metadata & { annotations?: Record<string, string> };
    spec: { replicas?: number; template?: PodTemplate };
  };
  if (!isAsRead(metadata, given)) return failure(409, 'Conflict');
  const restartedAt = spec.template?.metadata.annotations?.['kubectl.kubernetes.io/restartedAt'];
  if ((restartedAt === undefined) === (spec.replicas === undefined)) {
    return failure(422, 'Invalid', 'the patch is not simulated');
  }
  return {
    ...(restartedAt !== undefined && { restartedAt }),
    ...(spec.replicas !== undefined && { replicas: spec.replicas }),
    annotations: given.annotations ?? {},
  };
}

/** The account may read everything but secrets. */
function review(body: unknown): Response {
  const { resourceAttributes: asked } = (
    body as { spec: { resourceAttributes: { verb: string; resource: string } } }
  ).spec;
  const allowed = ['get', 'list', 'watch'].includes(asked.verb) && asked.resource !== 'secrets';
  return jsonResponse(201, { kind: 'SelfSubjectAccessReview', status: { allowed } });
}

function hasLabel(object: Record<string, unknown>, term: string): boolean {
  const [name = '', value = ''] = term.split('=');
  const labels = metadataOf(object).labels ?? {};
  return Object.hasOwn(labels, name) && labels[name] === value;
}

/** Keys in order, so that two writings of one template are equal; without what the controller adds. */
function canonical(template: PodTemplate): string {
  const { 'pod-template-hash': _hash, ...labels } = template.metadata.labels;
  const sort = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(sort)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(
            Object.entries(value)
              .sort(([left], [right]) => (left < right ? -1 : 1))
              .map(([key, inner]) => [key, sort(inner)]),
          )
        : value;
  return JSON.stringify(sort({ ...template, metadata: { ...template.metadata, labels } }));
}
