import * as z from 'zod';
import { type Metadata, textOf } from './object-schema.js';

/** What tells which service a workload or a pod is. */
export interface ServiceIdentity {
  readonly workload: string;
  readonly namespace: string;
  readonly labels: Metadata['labels'];
  /** What its telemetry calls it, by annotation or environment. */
  readonly telemetryName: string | undefined;
}

export const nameLabels = ['app.kubernetes.io/name', 'app.kubernetes.io/instance', 'app', 'k8s-app'] as const;
const instanceLabel = 'app.kubernetes.io/instance';
/** https://opentelemetry.io/docs/specs/semconv/non-normative/k8s-attributes/ */
const telemetryAnnotation = 'resource.opentelemetry.io/service.name';

/**
 * Those of the service: by the name its telemetry has, else the workload's name, else its labels, else a name made of the service
 * and its place or its Helm release (`shop-orders`): by the first of these that finds any.
 */
export function matchService<T>(
  all: readonly T[],
  identityOf: (item: T) => ServiceIdentity,
  service: string,
): T[] {
  const ways: ((identity: ServiceIdentity) => boolean)[] = [
    ({ telemetryName }) => telemetryName === service,
    ({ workload }) => workload === service,
    ({ labels }) => nameLabels.some((label) => textOf(labels, label) === service),
    ({ workload, namespace, labels }) =>
      [namespace, textOf(labels, instanceLabel)].some(
        (place) => place !== undefined && [`${service}-${place}`, `${place}-${service}`].includes(workload),
      ),
  ];
  return (
    ways.map((way) => all.filter((item) => way(identityOf(item)))).find(({ length }) => length > 0) ?? []
  );
}

/** What its deploys and incidents are reported for when nobody asked by name. */
export function serviceOf({ telemetryName, workload }: ServiceIdentity): string {
  return telemetryName ?? workload;
}

const namesSchema = z.object({
  metadata: z.object({ annotations: z.record(z.string(), z.string()).nullish() }).nullish(),
  spec: z
    .object({
      containers: z
        .array(
          z.object({
            env: z.array(z.object({ name: z.string(), value: z.string().nullish() })).nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});

/** The `service.name` that a pod template, or a pod, gives its telemetry. */
export function telemetryNameOf(template: unknown): string | undefined {
  const parsed = namesSchema.safeParse(template).data;
  const annotated = textOf(parsed?.metadata?.annotations, telemetryAnnotation);
  if (annotated) return annotated;
  for (const { name, value } of (parsed?.spec?.containers ?? []).flatMap(({ env }) => env ?? [])) {
    if (!value) continue;
    if (name === 'OTEL_SERVICE_NAME') return isPlain(value) ? value : undefined;
    const told = name === 'OTEL_RESOURCE_ATTRIBUTES' ? /(?:^|,)service\.name=([^,]+)/.exec(value)?.[1] : '';
    if (told && isPlain(told)) return told;
  }
  return undefined;
}

/** `$(POD_NAME)` is put in by the kubelet. */
function isPlain(value: string): boolean {
  return !value.includes('$(');
}
