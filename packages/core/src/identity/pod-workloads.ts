/** What Kubernetes makes names of: without vowels, so that they spell nothing. */
const generated = '[bcdfghjklmnpqrstvwxz2456789]';
/** `-7d9f8b6c5-x2x4q`: the hash of a ReplicaSet, in older clusters hexadecimal, and the pod's own end. */
const ofReplicaSet = new RegExp(`^(.+)-(${generated}{5,10}|[0-9a-f]{8,10})-${generated}{5}$`);
const ofDaemonSet = new RegExp(`^(.+)-${generated}{5}$`);
const ofStatefulSet = /^(.+)-\d{1,5}$/;
/** A CronJob names its jobs by the minute. */
const ofCronJob = /^(.+)-\d{8,10}$/;

/** The longest name of an object, https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ */
const MAX_NAME_LENGTH = 253;

/**
 * The workloads that a pod of this name may belong to, the likeliest first: `api-v2bcdf-x2x4q` is a pod of the Deployment
 * `api`, unless there is a DaemonSet `api-v2bcdf`. A pod that no controller made is its own workload.
 */
export function workloadsOfPodName(pod: string): readonly string[] {
  if (pod.length > MAX_NAME_LENGTH) return [pod];
  const replicaSet = ofReplicaSet.exec(pod);
  const [, deployment, hash] = replicaSet ?? [];
  if (deployment !== undefined) return [deployment, `${deployment}-${hash}`];
  const [, statefulSet] = ofStatefulSet.exec(pod) ?? [];
  if (statefulSet !== undefined) return [statefulSet];
  const [, daemonSet] = ofDaemonSet.exec(pod) ?? [];
  if (daemonSet === undefined) return [pod];
  const [, cronJob] = ofCronJob.exec(daemonSet) ?? [];
  return cronJob === undefined ? [daemonSet] : [cronJob, daemonSet];
}

/** Whether a pod may be of the workload at all: its name begins with it. */
export function mayBePodOf(pod: string, workload: string): boolean {
  return pod.startsWith(`${workload}-`);
}
