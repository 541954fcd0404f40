import { type CallContextV1, ConnectorError, type ConnectorHealthV1, type ConnectorV1 } from '@midwatch/core';
import type { AccessQuestion, KubernetesApi } from './kubernetes-api.js';

/** What is read, with the API group it is granted in. */
const needed: readonly Pick<AccessQuestion, 'verb' | 'group' | 'resource'>[] = [
  { verb: 'list', group: '', resource: 'pods' },
  { verb: 'list', group: '', resource: 'events' },
  { verb: 'list', group: 'events.k8s.io', resource: 'events' },
  { verb: 'get', group: '', resource: 'configmaps' },
  { verb: 'list', group: 'apps', resource: 'deployments' },
  { verb: 'list', group: 'apps', resource: 'replicasets' },
  { verb: 'list', group: 'apps', resource: 'statefulsets' },
  { verb: 'list', group: 'apps', resource: 'daemonsets' },
  { verb: 'list', group: 'apps', resource: 'controllerrevisions' },
  { verb: 'list', group: 'autoscaling', resource: 'horizontalpodautoscalers' },
];
const node: AccessQuestion = { verb: 'list', group: '', resource: 'nodes' };

/** Namespaces that are checked; the others are mostly granted alike. */
const MAX_NAMESPACES = 3;

/** Whether the server answers, and which permission is missing for what this connector reads. */
export async function checkAccess(
  api: KubernetesApi,
  covers: ConnectorV1['covers'],
  call: CallContextV1,
): Promise<ConnectorHealthV1> {
  const startedMs = Date.now();
  try {
    const version = await api.version(call);
    const namespaces = covers?.namespaces?.slice(0, MAX_NAMESPACES) ?? [undefined];
    const questions: AccessQuestion[] = [
      ...namespaces.flatMap((namespace) => needed.map((access) => ({ ...access, namespace }))),
      node,
    ];
    const allowed = await Promise.all(questions.map((question) => api.mayDo(question, call)));
    const missing = questions.filter((_, index) => allowed[index] !== true);
    const known = { latencyMs: Date.now() - startedMs, ...(version === undefined ? {} : { version }) };
    if (missing.length === 0) return { state: 'healthy', ...known };
    const all = missing.length === questions.length;
    return {
      state: all ? 'unhealthy' : 'degraded',
      detail: `grant ${missing.map(wordsOf).join(', ')}`,
      ...known,
    };
  } catch (error) {
    if (!ConnectorError.is(error) || error.code === 'aborted') throw error;
    return { state: 'unhealthy', latencyMs: Date.now() - startedMs, detail: error.message };
  }
}

function wordsOf({ verb, group, resource, namespace }: AccessQuestion): string {
  const name = group === '' ? resource : `${resource}.${group}`;
  const where = namespace === undefined ? '' : ` in ${namespace}`;
  return `\`${verb} ${name}\`${where}`;
}
