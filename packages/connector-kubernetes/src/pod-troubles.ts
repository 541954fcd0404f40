import type { Condition } from './object-schema.js';
import { toMs } from './object-schema.js';
import type { ContainerStatus, Pod, Terminated } from './pod-object.js';
import { oneLine, type Trouble } from './trouble.js';

/** Waiting that belongs to every start. */
const starting: ReadonlySet<string> = new Set(['ContainerCreating', 'PodInitializing']);

/** What is, or was, wrong with a pod and its containers, as far as its status still tells. */
export function podTroubles(pod: Pod, service: string): readonly Trouble[] {
  const { status, metadata } = pod;
  const frame = {
    service,
    namespace: metadata.namespace ?? undefined,
    object: `pod/${metadata.name}`,
  };
  const uid = metadata.uid ?? metadata.name;
  const containers = [
    ...(status?.initContainerStatuses ?? []),
    ...(status?.containerStatuses ?? []),
    ...(status?.ephemeralContainerStatuses ?? []),
  ];
  const found = [
    ...containers.flatMap((container) => containerTroubles(pod, container)),
    ...phaseTroubles(pod),
    ...unreadyTroubles(pod, containers),
  ];
  return found.map(({ key, ...trouble }) => ({ ...trouble, ...frame, identity: [uid, ...key] }));
}

type Found = Omit<Trouble, 'identity' | 'object' | 'service' | 'namespace'> & {
  readonly key: readonly string[];
};

function containerTroubles(pod: Pod, container: ContainerStatus): readonly Found[] {
  const { state, lastState, name } = container;
  const found: Found[] = [];
  // Only the last termination is kept; what was before it is told by nothing but the number of restarts.
  const last = lastState?.terminated;
  if (last != null) {
    const runningSince = toMs(state?.running?.startedAt);
    found.push(...termination(name, last, runningSince));
  }
  if (state?.terminated != null) found.push(...termination(name, state.terminated, undefined));
  const waiting = state?.waiting;
  if (waiting?.reason && !starting.has(waiting.reason)) {
    const since = waitingSince(pod, container);
    const says = waiting.reason === 'CrashLoopBackOff' ? '' : oneLine(waiting.message);
    if (since !== undefined) {
      found.push({
        key: [name, waiting.reason],
        since,
        state: 'firing',
        reason: waiting.reason,
        title: `container ${name} is waiting: ${waiting.reason}${says === '' ? '' : `: ${says}`}`,
      });
    }
  }
  return found;
}

/** A waiting container has no time: it waits at the latest since it crashed, else since the pod came to its containers. */
function waitingSince(pod: Pod, { lastState }: ContainerStatus): string | undefined {
  const { status, metadata } = pod;
  const unready = conditionOf(pod, 'ContainersReady');
  const times = [
    lastState?.terminated?.finishedAt,
    unready?.status === 'False' ? unready.lastTransitionTime : undefined,
  ];
  const known = times.filter((time) => toMs(time) !== undefined) as string[];
  const earliest = known.sort((left, right) => (toMs(left) ?? 0) - (toMs(right) ?? 0))[0];
  const begun = [
    conditionOf(pod, 'PodScheduled')?.lastTransitionTime,
    status?.startTime,
    metadata.creationTimestamp,
  ];
  return earliest ?? begun.find((time) => toMs(time) !== undefined) ?? undefined;
}

function termination(
  container: string,
  { reason, exitCode, signal, message, finishedAt, startedAt }: Terminated,
  runningSinceMs: number | undefined,
): readonly Found[] {
  const isDone = reason === 'Completed' || (exitCode === 0 && reason !== 'OOMKilled');
  // A container that never started has the year 1 for both times.
  const since = [finishedAt, startedAt].find((time) => toMs(time) !== undefined);
  if (isDone || since == null) return [];
  const word = reason || 'Error';
  const code = exitCode == null ? '' : ` (exit code ${exitCode}${signal ? `, signal ${signal}` : ''})`;
  const says = oneLine(message);
  return [
    {
      key: [container, word, since],
      since,
      untilMs: runningSinceMs,
      state: runningSinceMs === undefined ? 'firing' : 'resolved',
      reason: word,
      title: `container ${container} terminated: ${word}${code}${says === '' ? '' : `: ${says}`}`,
    },
  ];
}

/** Evicted, lost with its node, not to be placed. */
function phaseTroubles(pod: Pod): readonly Found[] {
  const { status, metadata } = pod;
  const found: Found[] = [];
  if (status?.phase === 'Failed' && status.reason) {
    const disrupted = conditionOf(pod, 'DisruptionTarget')?.lastTransitionTime;
    const unready = conditionOf(pod, 'Ready')?.lastTransitionTime;
    const since = [disrupted, unready, status.startTime, metadata.creationTimestamp].find(
      (time) => toMs(time) !== undefined,
    );
    if (since != null) {
      const title = `pod failed: ${status.reason}: ${oneLine(status.message)}`;
      found.push({ key: ['phase', status.reason], since, state: 'unknown', reason: status.reason, title });
    }
  }
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status === 'False' && scheduled.lastTransitionTime != null) {
    const reason = scheduled.reason || 'Unschedulable';
    const title = `pod is not placed on a node: ${oneLine(scheduled.message)}`;
    found.push({ key: ['scheduled'], since: scheduled.lastTransitionTime, state: 'firing', reason, title });
  }
  return found;
}

/** Containers run, and the pod takes no traffic: a probe fails, or a gate is shut. */
function unreadyTroubles(pod: Pod, containers: readonly ContainerStatus[]): readonly Found[] {
  const { status, metadata } = pod;
  const ready = conditionOf(pod, 'Ready');
  const areRunning = containers.every(({ state }) => state?.waiting == null && !isCrashed(state?.terminated));
  const isUnready = status?.phase === 'Running' && ready?.status === 'False' && areRunning;
  if (!isUnready || metadata.deletionTimestamp != null || ready.lastTransitionTime == null) return [];
  const which = (status.containerStatuses ?? []).filter((one) => one.ready === false).map(({ name }) => name);
  const title = `pod runs and is not ready${which.length === 0 ? '' : `: ${which.slice(0, 5).join(', ')}`}`;
  const reason = ready.reason || 'NotReady';
  return [{ key: ['ready'], since: ready.lastTransitionTime, state: 'firing', reason, title }];
}

function isCrashed(terminated: Terminated | null | undefined): boolean {
  return terminated != null && terminated.exitCode !== 0;
}

function conditionOf({ status }: Pod, type: string): Condition | undefined {
  return status?.conditions?.find((condition) => condition.type === type);
}
