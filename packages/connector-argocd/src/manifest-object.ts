import { type Leaf, toLeaves } from './object-leaves.js';
import { toTextLeaves } from './text-leaves.js';

/** One object of a manifest, reduced to what is compared. */
export interface ManifestObject {
  readonly kind: string;
  /** Without the hash that Kustomize appends to a generated ConfigMap. */
  readonly name: string;
  readonly leaves: readonly Leaf[];
}

/** Left out before anything is compared. */
const secretKinds: ReadonlySet<string> = new Set(['Secret', 'SealedSecret']);
/** Ten digits of an alphabet of its own: https://github.com/kubernetes-sigs/kustomize (api/hasher). */
const kustomizeHash = /-[2456789bcdfghkmt]{10}$/;
/** Written by tools at every render; they tell nothing that is not told elsewhere. */
const noise =
  /^(?:checksum\/|kubectl\.kubernetes\.io\/|argocd\.argoproj\.io\/|helm\.sh\/|meta\.helm\.sh\/|deployment\.kubernetes\.io\/)/;

/** The objects of rendered manifests, by kind and name. Those that are no JSON object with a kind and a name are skipped. */
export function readManifests(manifests: readonly string[]): ReadonlyMap<string, ManifestObject> {
  const objects = new Map<string, ManifestObject>();
  for (const text of manifests) {
    const object = toObject(text);
    if (object !== undefined) objects.set(`${object.kind}/${object.name}`, object);
  }
  return objects;
}

function toObject(text: string): ManifestObject | undefined {
  const parsed = parseJson(text);
  if (!isRecord(parsed)) return undefined;
  const { kind, metadata, status: _, apiVersion: __, ...content } = parsed;
  const name = isRecord(metadata) ? metadata['name'] : undefined;
  if (typeof kind !== 'string' || typeof name !== 'string' || secretKinds.has(kind)) return undefined;
  const annotations = isRecord(metadata) ? metadata['annotations'] : undefined;
  const compared = { ...content, ...(annotations === undefined ? {} : { annotations }) };
  return {
    kind,
    name: kind === 'ConfigMap' ? name.replace(kustomizeHash, '') : name,
    leaves: toLeaves(compared)
      .filter(({ path }) => !isNoise(path))
      .flatMap((leaf) => (kind === 'ConfigMap' ? withFileOpened(leaf) : [leaf])),
  };
}

/** Labels and tools' annotations, of the object and of the pods it makes. */
function isNoise(path: readonly string[]): boolean {
  return path.some(
    (part, index) =>
      (part === 'labels' && path[index - 1] === 'metadata') ||
      (path[index - 1] === 'annotations' && noise.test(part)),
  );
}

/** A ConfigMap value of several lines is a file of its own. */
function withFileOpened(leaf: Leaf): Leaf[] {
  if (!leaf.value.trimEnd().includes('\n') && !/^\s*[[{]/.test(leaf.value)) return [leaf];
  const inner = toTextLeaves(leaf.value);
  return inner.length === 0
    ? [leaf]
    : inner.map(({ path, value }) => ({ path: [...leaf.path, ...path], value }));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
