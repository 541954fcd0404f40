import * as z from 'zod';

// https://kubernetes.io/docs/reference/kubernetes-api/: any field may be absent.

const textsSchema = z.record(z.string(), z.string()).nullish();
const metadataSchema = z.object({
  name: z.string().min(1).max(253),
  uid: z.string().min(1),
  resourceVersion: z.string().min(1),
  generation: z.number().nullish(),
  creationTimestamp: z.string().nullish(),
  deletionTimestamp: z.string().nullish(),
  labels: textsSchema,
  annotations: textsSchema,
  managedFields: z.array(z.object({ manager: z.string().nullish() })).nullish(),
  ownerReferences: z
    .array(
      z.object({ kind: z.string(), name: z.string(), uid: z.string(), controller: z.boolean().nullish() }),
    )
    .nullish(),
});
export type Metadata = z.infer<typeof metadataSchema>;

/** Kept whole: a rollback writes it back. */
const templateSchema = z.record(z.string(), z.unknown());
export type PodTemplate = z.infer<typeof templateSchema>;

export const deploymentSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({
    replicas: z.number().int().nullish(),
    paused: z.boolean().nullish(),
    selector: z.object({ matchLabels: textsSchema, matchExpressions: z.array(z.unknown()).nullish() }),
    strategy: z.object({ type: z.string().nullish() }).nullish(),
    template: templateSchema,
  }),
});
export type DeploymentObject = z.infer<typeof deploymentSchema>;

export const replicaSetSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ template: templateSchema }),
});
export type ReplicaSetObject = z.infer<typeof replicaSetSchema>;

export const podSchema = z.object({ metadata: metadataSchema });
export type PodObject = z.infer<typeof podSchema>;

const listMetadataSchema = z.object({ continue: z.string().nullish() }).nullish();
export const replicaSetListSchema = z.object({
  metadata: listMetadataSchema,
  items: z.array(replicaSetSchema).nullish(),
});
export const autoscalerListSchema = z.object({
  metadata: listMetadataSchema,
  items: z
    .array(
      z.object({
        metadata: z.object({ name: z.string() }),
        spec: z.object({
          scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
          minReplicas: z.number().nullish(),
          maxReplicas: z.number(),
        }),
      }),
    )
    .nullish(),
});

/** A 2xx says all there is to say; an answer that is no object is a proxy's. */
export const writtenSchema = z.record(z.string(), z.unknown());

/** A label or annotation; the keys come from outside. */
export function textOf(texts: Metadata['labels'], key: string): string | undefined {
  return texts != null && Object.hasOwn(texts, key) ? texts[key] : undefined;
}

export function controllerOf({ ownerReferences }: Metadata) {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** The template without what the controller of Deployments adds to each ReplicaSet. */
export function withoutHash(template: PodTemplate): PodTemplate {
  const metadata = asObject(template['metadata']);
  const { 'pod-template-hash': _hash, ...labels } = asObject(metadata['labels']);
  return { ...template, metadata: { ...metadata, labels } };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
