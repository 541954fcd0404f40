import * as z from 'zod';

// https://kubernetes.io/docs/reference/kubernetes-api/: any field may be absent, times may be null.

export const timeSchema = z.string().nullish();
const textsSchema = z.record(z.string(), z.string()).nullish();

const ownerSchema = z.object({
  kind: z.string(),
  name: z.string(),
  uid: z.string(),
  controller: z.boolean().nullish(),
});

/** Who wrote which fields, and when last: https://kubernetes.io/docs/reference/using-api/server-side-apply/ */
const managedFieldsSchema = z.object({
  manager: z.string().nullish(),
  subresource: z.string().nullish(),
  time: timeSchema,
  fieldsV1: z.record(z.string(), z.unknown()).nullish(),
});
export type ManagedFields = z.infer<typeof managedFieldsSchema>;

export const metadataSchema = z.object({
  name: z.string().min(1).max(253),
  namespace: z.string().nullish(),
  uid: z.string().nullish(),
  generation: z.number().nullish(),
  resourceVersion: z.string().nullish(),
  creationTimestamp: timeSchema,
  deletionTimestamp: timeSchema,
  labels: textsSchema,
  annotations: textsSchema,
  ownerReferences: z.array(ownerSchema).nullish(),
  managedFields: z.array(managedFieldsSchema).nullish(),
});
export type Metadata = z.infer<typeof metadataSchema>;

export const conditionSchema = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  message: z.string().nullish(),
  lastTransitionTime: timeSchema,
  lastUpdateTime: timeSchema,
});
export type Condition = z.infer<typeof conditionSchema>;
export const conditionsSchema = z.array(conditionSchema).nullish();

/** RFC 3339 as epoch milliseconds; Go writes the year 1 for "no time". */
export function toMs(time: string | null | undefined): number | undefined {
  const ms = time == null ? Number.NaN : Date.parse(time);
  return ms > 0 ? ms : undefined;
}

/** The object that made this one; labels alone match too much. */
export function controllerOf({ ownerReferences }: Metadata): z.infer<typeof ownerSchema> | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** A label or annotation; the keys come from outside. */
export function textOf(texts: Metadata['labels'], key: string): string | undefined {
  return texts != null && Object.hasOwn(texts, key) ? texts[key] : undefined;
}

/** What Kubernetes lets the name of an object or a namespace be; it ends up in paths. */
export function isObjectName(name: string): boolean {
  return /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/.test(name) && !name.includes('..');
}
