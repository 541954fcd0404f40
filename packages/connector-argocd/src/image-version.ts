import type { ApplicationSource } from './argocd-schema.js';
import type { ManifestObject } from './manifest-object.js';

interface ContainerImage {
  readonly workload: string;
  readonly container: string;
  readonly image: string;
}

/** The version of the service in rendered manifests: the tag of its own container, or of the first. */
export function versionInManifests(objects: Iterable<ManifestObject>, service: string): string | undefined {
  const images = [...objects].flatMap(imagesOf);
  const ofService = images.filter(({ workload }) => workload === service);
  const candidates = ofService.length > 0 ? ofService : images;
  const own =
    candidates.find(({ container }) => container === service) ??
    candidates.find(({ image }) => isOf(image, service));
  return tagOf((own ?? candidates[0])?.image);
}

function imagesOf({ name, leaves }: ManifestObject): ContainerImage[] {
  return leaves.flatMap(({ path, value }) => {
    const at = path.indexOf('containers');
    const isImage = at >= 0 && path.length === at + 3 && path[at + 2] === 'image';
    return isImage ? [{ workload: name, container: path[at + 1]?.slice(1, -1) ?? '', image: value }] : [];
  });
}

/** The version that runs now, from an application's images: of the service's own, or of the only one. */
export function versionInImages(images: readonly string[], service: string): string | undefined {
  return tagOf(images.find((image) => isOf(image, service)) ?? (images.length === 1 ? images[0] : undefined));
}

/** The version that a sync's own settings name: an image override, a tag parameter, or the version of a chart. */
export function versionInSources(sources: readonly ApplicationSource[]): string | undefined {
  for (const { helm, kustomize, chart, targetRevision } of sources) {
    const tag = listOf(helm, 'parameters').find(
      (item): item is { name: string; value: string } =>
        isNamedValue(item) && /(?:^|\.)(?:tag|version)$/i.test(item.name),
    );
    const image = listOf(kustomize, 'images').find((item) => typeof item === 'string');
    const version = tag?.value ?? tagOf(image) ?? (chart ? targetRevision : undefined);
    if (version) return version;
  }
  return undefined;
}

function isNamedValue(item: unknown): item is { name: string; value: string } {
  if (typeof item !== 'object' || item === null || !('name' in item) || !('value' in item)) return false;
  return typeof item.name === 'string' && typeof item.value === 'string';
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return Array.isArray(list) ? list : [];
}

/** `registry:5000/team/api:v1@sha256:...` is of `api`. */
function isOf(image: string, service: string): boolean {
  const [path = ''] = (image.split('@')[0] ?? '').split('/').at(-1)?.split(':') ?? [];
  return path === service;
}

function tagOf(image: string | undefined): string | undefined {
  const tag = /:(\w[\w.-]{0,127})$/.exec(image?.split('@')[0] ?? '')?.[1];
  return tag === 'latest' ? undefined : tag;
}
