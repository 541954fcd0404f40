import type { DeploySignal, IncidentSignal } from '@midwatch/core';
import type { Advice, ChangeFinding, ClusterEventFinding, Evidence, Finding } from '@midwatch/core/incident';
import type { PlanWish } from './executor.js';
import { type Target, targetsOf } from './target.js';

/** What the advice is about, as connectors saw it; or why it cannot be told, in words of our own. */
export type Candidate =
  | { readonly wish: PlanWish; readonly connectorId: string; readonly evidence: readonly string[] }
  | { readonly nothing: string };

interface Seen {
  readonly target: Target;
  readonly connectorId: string;
}

/** The one object of the advised service that the findings hold. No name is taken from the text of a model, a log or an alert. */
export function findCandidate(
  kind: PlanWish['kind'],
  advice: Advice,
  { findings, suspects: [first] }: Evidence,
): Candidate {
  // Whatever a model says: the evidence by itself must lead there.
  if (first?.service !== advice.service) return { nothing: 'it is not what the evidence suspects first' };
  if (kind === 'rollback' && first.changeId !== advice.change) {
    return { nothing: 'the evidence does not lead to the deploy that the advice names' };
  }
  const own = findings.filter(({ service }) => service === advice.service);
  if (kind === 'rollback') return findForRollback(advice, own);
  const cited = objectsOf(own.filter(({ id }) => advice.evidence.includes(id)));
  const seen = cited.length > 0 ? cited : objectsOf(own);
  const one = kind === 'restart' ? oneToRestart(seen) : onlyOne(seen.filter(isDeployment));
  if (one === undefined) return { nothing: sayWhy(seen, kind) };
  const { target, connectorId } = one;
  return { wish: { kind, target, deploys: [] }, connectorId, evidence: advice.evidence };
}

function findForRollback(advice: Advice, own: readonly Finding[]): Candidate {
  const changes = own.filter(isChange).filter(({ deploy }) => deploy.service === advice.service);
  const decisive = changes.find(({ id }) => id === advice.change)?.deploy;
  if (decisive === undefined) return { nothing: 'the advice names no deploy of its service' };
  const since = changes.map(({ deploy }) => deploy).filter((one) => one.timestampMs >= decisive.timestampMs);
  const { connectorId, namespace } = decisive;
  // Kubernetes tells the object only with the newest of its deploys.
  const naming =
    decisive.rollback !== undefined
      ? [decisive]
      : since.filter((one) => one.connectorId === connectorId && one.namespace === namespace);
  const targets = targetsOf(naming).filter(({ kind }) => kind !== 'pod');
  const target = targets.length === 1 ? targets[0] : undefined;
  if (target === undefined) return { nothing: sayNoTarget(decisive, targets.length) };
  const evidence = [
    ...new Set([...(advice.change === undefined ? [] : [advice.change]), ...advice.evidence]),
  ];
  return { wish: { kind: 'rollback', target, deploy: decisive, deploys: since }, connectorId, evidence };
}

function sayNoTarget({ rollback }: DeploySignal, count: number): string {
  if (count > 1) return 'several objects were deployed, and the deploy does not tell which was its own';
  if (rollback === undefined) return 'no connector saw how the deploy is undone';
  return rollback.system === 'flux'
    ? 'Flux deploys it: it has to be rolled back there'
    : 'what the deploy is of cannot be rolled back from here';
}

/** Deployments by their deploys, Deployments and pods by what the cluster says is wrong with them. */
function objectsOf(findings: readonly Finding[]): readonly Seen[] {
  const found = new Map<string, Seen>();
  for (const finding of findings) {
    const signal = isChange(finding) ? finding.deploy : isEvent(finding) ? toSignal(finding) : undefined;
    if (signal === undefined) continue;
    for (const target of targetsOf([signal])) {
      const key = JSON.stringify([signal.connectorId, target.kind, target.namespace, target.name]);
      if (target.kind !== 'application') found.set(key, { target, connectorId: signal.connectorId });
    }
  }
  return [...found.values()];
}

/** As much of the signal as the finding holds. */
function toSignal({ object, namespace, connectorId, ...finding }: ClusterEventFinding) {
  if (object === undefined || namespace === undefined || connectorId === undefined) return undefined;
  const { title, reason, onsetMs = 0 } = finding;
  return {
    kind: 'incidents',
    id: finding.id,
    timestampMs: onsetMs,
    timeUnixNano: `${onsetMs}000000`,
    connectorId,
    queryId: finding.queryIds[0] ?? finding.id,
    title,
    reason,
    object,
    namespace,
    state: 'unknown',
  } satisfies IncidentSignal;
}

/** One pod alone where only that is named; else the Deployment that the pods belong to by their names. */
function oneToRestart(seen: readonly Seen[]): Seen | undefined {
  if (seen.length <= 1) return seen[0];
  const deployment = onlyOne(seen.filter(isDeployment));
  if (deployment === undefined) return undefined;
  const { target, connectorId } = deployment;
  const isPartOf = (one: Seen) =>
    one.connectorId === connectorId &&
    one.target.namespace === target.namespace &&
    one.target.name.startsWith(`${target.name}-`);
  return seen.every((one) => one === deployment || isPartOf(one)) ? deployment : undefined;
}

function onlyOne(seen: readonly Seen[]): Seen | undefined {
  return seen.length === 1 ? seen[0] : undefined;
}

function sayWhy(seen: readonly Seen[], kind: PlanWish['kind']): string {
  const names = seen.slice(0, 5).map(({ target }) => `${target.kind}/${target.name}`);
  const what = kind === 'restart' ? 'Deployment or pod' : 'Deployment';
  return names.length === 0
    ? `no ${what} of the service was observed`
    : `not one ${what} of the service was observed, but ${names.join(', ')}`;
}

const isChange = (finding: Finding): finding is ChangeFinding => finding.kind === 'change';
const isEvent = (finding: Finding): finding is ClusterEventFinding => finding.kind === 'cluster-event';
const isDeployment = ({ target }: Seen): boolean => target.kind === 'deployment';
