import type { CallContextV1 } from '@midwatch/core';
import type { Action, Plan } from '../plan.js';
import type { KubernetesRequests } from './kubernetes-requests.js';
import { type ObservedDeployment, PLAN_ANNOTATION } from './observe-deployment.js';

export type KubernetesAction = Exclude<Action, { readonly target: { readonly kind: 'application' } }>;

interface Write {
  readonly plan: Plan;
  readonly action: KubernetesAction;
  /** Read just before: its `resourceVersion` makes the API refuse when somebody was faster. */
  readonly observed: ObservedDeployment;
  readonly nowMs: number;
}

/** The one write of a plan. Template, replicas and two annotations are all that a patch ever names. */
export function writeAction(
  requests: KubernetesRequests,
  { plan, action, observed, nowMs }: Write,
  call: CallContextV1,
): Promise<void> {
  const { uid, resourceVersion } = observed.deployment.metadata;
  const { target } = action;
  if (target.kind === 'pod') {
    const { pod } = observed;
    if (pod === undefined) throw new TypeError('a pod was not observed');
    const preconditions = { uid: pod.metadata.uid, resourceVersion: pod.metadata.resourceVersion };
    return requests.evict(target, preconditions, call);
  }
  if ('toUid' in action) {
    const to = observed.revisions.find((revision) => revision.uid === action.toUid);
    if (to === undefined) throw new TypeError('a revision was not observed');
    const body = [
      { op: 'test', path: '/metadata/uid', value: uid },
      { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
      { op: 'replace', path: '/spec/template', value: to.template },
      { op: 'add', path: `/metadata/annotations/${PLAN_ANNOTATION.replace('/', '~1')}`, value: plan.id },
    ];
    return requests.patchDeployment(target, { kind: 'json-patch', body }, call);
  }
  const spec =
    'replicas' in action
      ? { replicas: action.replicas }
      : {
          template: {
            metadata: { annotations: { 'kubectl.kubernetes.io/restartedAt': new Date(nowMs).toISOString() } },
          },
        };
  const metadata = { uid, resourceVersion, annotations: { [PLAN_ANNOTATION]: plan.id } };
  return requests.patchDeployment(target, { kind: 'merge-patch', body: { metadata, spec } }, call);
}
