import type { DeploySignal, IncidentSignal } from '@midwatch/core';

/** Not exported: only this package can mark what was observed. */
const mark = Symbol('observed');

/** Something that a connector or an executor saw. It cannot be written down by hand, and JSON loses the mark. */
export interface Observed {
  readonly [mark]: true;
}

/** What an action can be done to, as it is named in plans. */
export type TargetName =
  | { readonly kind: 'deployment'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'pod'; readonly namespace: string; readonly name: string }
  | { readonly kind: 'application'; readonly name: string; readonly namespace?: string | undefined };

/** A target that a connector saw: `targetsOf()` alone makes one. */
export type Target<Kind extends TargetName['kind'] = TargetName['kind']> = Extract<
  TargetName,
  { readonly kind: Kind }
> &
  Observed;

/** Marks a value as observed; the mark neither shows nor travels. */
export function asObserved<T extends object>(value: T): T & Observed {
  return Object.defineProperty(value, mark, { value: true }) as T & Observed;
}

/** Whether this package saw it itself; a cast does not help. */
export function isObserved(value: object): value is Observed {
  return Object.hasOwn(value, mark);
}

/** What Kubernetes lets an object be called; it ends up in paths. */
export function isObjectName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name) && !name.includes('..');
}

/**
 * The objects that signals of connectors name, each once: Argo CD applications and Deployments by what undoes a deploy, Deployments
 * and pods by what is wrong with them. Text of logs, traces and alerts names none. A name that cannot be one is left out.
 */
export function targetsOf(signals: readonly (DeploySignal | IncidentSignal)[]): readonly Target[] {
  const found = new Map<string, TargetName>();
  for (const signal of signals) {
    const name = signal.kind === 'deploys' ? ofDeploy(signal) : ofObject(signal.object, signal.namespace);
    if (name !== undefined) found.set(`${name.kind} ${name.namespace ?? ''} ${name.name}`, name);
  }
  return [...found.values()].map((name) => asObserved(name) as Target);
}

function ofDeploy({ rollback }: DeploySignal): TargetName | undefined {
  if (rollback?.system === 'kubernetes') return ofObject(rollback.object, rollback.namespace);
  if (rollback?.system !== 'argocd' || !isObjectName(rollback.object)) return undefined;
  const { object: name, namespace } = rollback;
  if (namespace !== undefined && !isObjectName(namespace)) return undefined;
  return namespace === undefined ? { kind: 'application', name } : { kind: 'application', name, namespace };
}

function ofObject(object: string | undefined, namespace: string | undefined): TargetName | undefined {
  const [kind, name, ...more] = object?.split('/') ?? [];
  if (name === undefined || namespace === undefined || more.length > 0) return undefined;
  if ((kind !== 'deployment' && kind !== 'pod') || !isObjectName(name) || !isObjectName(namespace)) {
    return undefined;
  }
  return { kind, namespace, name };
}
