import * as z from 'zod';
import { isObject, type Leaf, toDifferences } from './object-leaves.js';
import { metadataSchema, textOf, toMs } from './object-schema.js';
import type { RankedChange } from './ranked-changes.js';
import { toTextLeaves } from './text-leaves.js';

export const configMapSchema = z.object({
  metadata: metadataSchema,
  data: z.record(z.string(), z.string()).nullish(),
});
export type ConfigMap = z.infer<typeof configMapSchema>;

/** Ten digits of an alphabet of its own: https://github.com/kubernetes-sigs/kustomize (api/hasher). */
const generatedHash = /-[2456789bcdfghkmt]{10}$/;
/** In every namespace, and no configuration of anybody. */
const clusterOwn: ReadonlySet<string> = new Set(['kube-root-ca.crt', 'openshift-service-ca.crt']);
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/** The name that stays when its content changes: Kustomize appends a hash. */
export function stableName(name: string): string {
  return name.replace(generatedHash, '');
}

/** The names of the ConfigMaps that a pod template takes environment or files from. */
export function configMapsOf(template: unknown): readonly string[] {
  const names = new Set<string>();
  const visit = (part: unknown, depth: number): void => {
    if (depth > 12) return;
    if (Array.isArray(part)) for (const item of part) visit(item, depth + 1);
    else if (isObject(part)) {
      for (const [key, inner] of Object.entries(part)) {
        const isReference = ['configMapRef', 'configMapKeyRef', 'configMap'].includes(key);
        const name = isReference && isObject(inner) ? inner['name'] : undefined;
        if (typeof name === 'string' && !clusterOwn.has(name)) names.add(name);
        else visit(inner, depth + 1);
      }
    }
  };
  visit(template, 0);
  return [...names];
}

/** Pairs of generated ConfigMaps that took each other's place between two templates. */
export function replacedConfigMaps(
  before: unknown,
  after: unknown,
): readonly { readonly before: string; readonly after: string }[] {
  const old = new Map(configMapsOf(before).map((name) => [stableName(name), name]));
  return configMapsOf(after).flatMap((name) => {
    const was = old.get(stableName(name));
    return was === undefined || was === name ? [] : [{ before: was, after: name }];
  });
}

/** What differs between two contents, by keys; a value of several lines is a file and is compared inside. */
export function compareConfigMaps(
  name: string,
  before: ConfigMap['data'],
  after: ConfigMap['data'],
): readonly RankedChange[] {
  return toDifferences(dataLeaves(before), dataLeaves(after)).map((difference) => {
    const [key = '', ...inner] = difference.path;
    const place = inner.length === 0 ? key : `${key}: ${inner.join('.')}`;
    return {
      path: `ConfigMap/${stableName(name)} ${place}`,
      before: difference.before,
      after: difference.after,
      rank: 0,
    };
  });
}

function dataLeaves(data: ConfigMap['data']): Leaf[] {
  return Object.entries(data ?? {}).flatMap(([key, value]): Leaf[] => {
    const isFile = value.trimEnd().includes('\n') || /^\s*[[{]/.test(value);
    const inner = isFile ? toTextLeaves(value) : [];
    return inner.length === 0
      ? [{ path: [key], value }]
      : inner.map((leaf) => ({ path: [key, ...leaf.path], value: leaf.value }));
  });
}

/** When the content was last written, and with what, as the API server keeps it for every writer. */
export function lastWrite({
  metadata,
}: ConfigMap): { readonly atMs: number; readonly manager?: string } | undefined {
  let latest: { atMs: number; manager?: string } | undefined;
  for (const { time, manager, fieldsV1 } of metadata.managedFields ?? []) {
    const atMs = toMs(time);
    const wroteContent = fieldsV1 != null && ['f:data', 'f:binaryData'].some((field) => field in fieldsV1);
    if (atMs === undefined || !wroteContent || atMs <= (latest?.atMs ?? 0)) continue;
    latest = { atMs, ...(manager ? { manager } : {}) };
  }
  return latest;
}

const appliedSchema = z.object({ data: z.record(z.string(), z.string()).nullish() });

/** What was changed by hand since it was last applied: the only former content that a ConfigMap keeps. */
export function changesSinceApplied({ metadata, data }: ConfigMap): readonly RankedChange[] {
  const text = textOf(metadata.annotations, lastApplied);
  if (text === undefined) return [];
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return [];
  }
  const parsed = appliedSchema.safeParse(applied);
  return parsed.success ? compareConfigMaps(metadata.name, parsed.data.data, data) : [];
}
