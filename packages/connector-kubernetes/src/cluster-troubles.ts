import * as z from 'zod';
import { conditionsSchema, metadataSchema } from './object-schema.js';
import { oneLine, type Trouble } from './trouble.js';

/** https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/horizontal-pod-autoscaler-v2/ */
export const autoscalerSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string().nullish(), name: z.string() }),
    maxReplicas: z.number().nullish(),
  }),
  status: z.object({ conditions: conditionsSchema, currentReplicas: z.number().nullish() }).nullish(),
});
export type Autoscaler = z.infer<typeof autoscalerSchema>;

export const nodeSchema = z.object({
  metadata: metadataSchema,
  status: z.object({ conditions: conditionsSchema }).nullish(),
});
export type Node = z.infer<typeof nodeSchema>;

/** An autoscaler that cannot scale, or would go beyond its limit; at its lower limit it rests. */
export function autoscalerTroubles(
  { metadata, spec, status }: Autoscaler,
  service: string,
): readonly Trouble[] {
  return (status?.conditions ?? []).flatMap((condition): Trouble[] => {
    const { type, lastTransitionTime } = condition;
    const isStuck =
      ['AbleToScale', 'ScalingActive'].includes(type) &&
      condition.status === 'False' &&
      condition.reason !== 'ScalingDisabled';
    const isAtLimit =
      type === 'ScalingLimited' && condition.status === 'True' && condition.reason === 'TooManyReplicas';
    if ((!isStuck && !isAtLimit) || lastTransitionTime == null) return [];
    const limit = `wants more than its ${spec.maxReplicas ?? 'allowed'} replicas`;
    const what = isAtLimit ? limit : `cannot scale: ${oneLine(condition.message)}`;
    return [
      {
        since: lastTransitionTime,
        state: 'firing',
        reason: condition.reason || type,
        title: `autoscaler ${what}`,
        service,
        namespace: metadata.namespace ?? undefined,
        object: `horizontalpodautoscaler/${metadata.name}`,
        identity: [metadata.uid ?? metadata.name, type, condition.reason ?? ''],
      },
    ];
  });
}

/** A node that is not ready, short of something, or without network. Conditions of other makers are left to their events. */
export function nodeTroubles({ metadata, status }: Node): readonly Trouble[] {
  return (status?.conditions ?? []).flatMap((condition): Trouble[] => {
    const { type, lastTransitionTime } = condition;
    const isShort = ['MemoryPressure', 'DiskPressure', 'PIDPressure', 'NetworkUnavailable'].includes(type);
    const isWrong = type === 'Ready' ? condition.status !== 'True' : isShort && condition.status === 'True';
    if (!isWrong || lastTransitionTime == null) return [];
    const reason = type === 'Ready' ? 'NodeNotReady' : type;
    return [
      {
        since: lastTransitionTime,
        state: 'firing',
        reason,
        title: `node: ${condition.reason || reason}: ${oneLine(condition.message)}`,
        object: `node/${metadata.name}`,
        identity: [metadata.uid ?? metadata.name, type],
      },
    ];
  });
}
