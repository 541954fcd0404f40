import * as z from 'zod';
import { conditionsSchema, controllerOf, metadataSchema, textOf, timeSchema } from './object-schema.js';
import { type ServiceIdentity, telemetryNameOf } from './service-match.js';

const terminatedSchema = z.object({
  reason: z.string().nullish(),
  message: z.string().nullish(),
  exitCode: z.number().nullish(),
  signal: z.number().nullish(),
  startedAt: timeSchema,
  finishedAt: timeSchema,
});
export type Terminated = z.infer<typeof terminatedSchema>;

const stateSchema = z
  .object({
    waiting: z.object({ reason: z.string().nullish(), message: z.string().nullish() }).nullish(),
    running: z.object({ startedAt: timeSchema }).nullish(),
    terminated: terminatedSchema.nullish(),
  })
  .nullish();

const containerStatusSchema = z.object({
  name: z.string(),
  ready: z.boolean().nullish(),
  restartCount: z.number().nullish(),
  state: stateSchema,
  lastState: stateSchema,
});
export type ContainerStatus = z.infer<typeof containerStatusSchema>;
const statusesSchema = z.array(containerStatusSchema).nullish();

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/ */
export const podSchema = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      nodeName: z.string().nullish(),
      containers: z.array(z.unknown()).nullish(),
      volumes: z
        .array(
          z.object({
            persistentVolumeClaim: z.object({ claimName: z.string().nullish() }).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  status: z
    .object({
      phase: z.string().nullish(),
      reason: z.string().nullish(),
      message: z.string().nullish(),
      startTime: timeSchema,
      conditions: conditionsSchema,
      containerStatuses: statusesSchema,
      initContainerStatuses: statusesSchema,
      ephemeralContainerStatuses: statusesSchema,
    })
    .nullish(),
});
export type Pod = z.infer<typeof podSchema>;

/** Who a pod belongs to, from its owner's name: the owner itself need not be read. */
export function podIdentity({ metadata, spec }: Pod): ServiceIdentity {
  const owner = controllerOf(metadata);
  return {
    workload: owner === undefined ? metadata.name : workloadOf(owner, metadata.labels),
    namespace: metadata.namespace ?? '',
    labels: metadata.labels,
    telemetryName: telemetryNameOf({ metadata, spec }),
  };
}

type Owner = NonNullable<ReturnType<typeof controllerOf>>;

function workloadOf({ kind, name }: Owner, labels: Pod['metadata']['labels']): string {
  if (kind === 'ReplicaSet') {
    const hash = textOf(labels, 'pod-template-hash') ?? textOf(labels, 'rollouts-pod-template-hash');
    return hash !== undefined && name.endsWith(`-${hash}`) ? name.slice(0, -hash.length - 1) : name;
  }
  return kind === 'Job' ? workloadOfJob(name) : name;
}

/** A CronJob names its jobs by the minute. */
export function workloadOfJob(name: string): string {
  return name.replace(/-\d{8,10}$/, '');
}

/** Letters and digits that Kubernetes makes names of: without vowels, so that they spell nothing. */
const generated = '[bcdfghjklmnpqrstvwxz2456789]';
const podSuffix = new RegExp(`^(?:${generated}{1,10}-)?${generated}{5}$|^${generated}{6,10}$|^\\d{1,5}$`);
const podName = new RegExp(`^(.+?)(?:-${generated}{6,10}-${generated}{5}|-\\d{1,5}|-${generated}{5,10})$`);

/** Whether a pod, or a ReplicaSet, of this name is of the workload: it may be gone, and only events remember it. */
export function isNamedAfter(name: string, workload: string): boolean {
  if (!name.startsWith(`${workload}-`)) return false;
  return podSuffix.test(name.slice(workload.length + 1));
}

/** The workload of a pod or a ReplicaSet that nobody knows any more, by the form of its name. */
export function workloadOfPodName(name: string): string | undefined {
  return name.length > 253 ? undefined : podName.exec(name)?.[1];
}
