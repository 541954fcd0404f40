import type { ConfigurationChange } from '@midwatch/core';
import type { ApplicationSource } from './argocd-schema.js';
import { type ManifestObject, readManifests } from './manifest-object.js';
import { type Difference, toDifferences, toLeaves } from './object-leaves.js';
import { toTextLeaves } from './text-leaves.js';

/** A change and how likely it is to matter: smaller is likelier. */
interface RankedChange extends ConfigurationChange {
  readonly rank: number;
}

export interface Changes {
  readonly changes: readonly ConfigurationChange[];
  /** Changes beyond the cap. */
  readonly omitted: number;
}

const MAX_CHANGES = 40;
const MAX_VALUE_CHARACTERS = 400;

/** What differs between the manifests of two revisions: configuration first, then images, then the rest. */
export function compareManifests(before: readonly string[], after: readonly string[]): Changes {
  const old = readManifests(before);
  const now = readManifests(after);
  const changes: RankedChange[] = [];
  for (const [key, object] of now) {
    const was = old.get(key);
    if (was === undefined) changes.push({ path: key, before: null, after: 'created', rank: 4 });
    else
      changes.push(
        ...toDifferences(was.leaves, object.leaves).map((difference) => toChange(object, difference)),
      );
  }
  for (const key of old.keys()) {
    if (!now.has(key)) changes.push({ path: key, before: 'present', after: null, rank: 4 });
  }
  return capped(changes);
}

/**
 * What differs between two entries' own settings: parameters and image overrides, which change what runs while the revision
 * stays the same.
 */
export function compareSources(
  before: readonly ApplicationSource[],
  after: readonly ApplicationSource[],
): Changes {
  const leaves = (sources: readonly ApplicationSource[]) =>
    toLeaves(sources.length === 1 ? sources[0] : sources)
      .flatMap((leaf) => {
        const isFile = leaf.path.at(-1) === 'values' && leaf.value.includes('\n');
        return isFile
          ? toTextLeaves(leaf.value).map((inner) => ({ ...inner, path: [...leaf.path, ...inner.path] }))
          : [leaf];
      })
      .map(({ path, value }) => ({ path: ['source', ...path], value }));
  return capped(
    toDifferences(leaves(before), leaves(after)).map((it) => ({ ...it, path: joined(it.path), rank: 2 })),
  );
}

function capped(ranked: readonly RankedChange[]): Changes {
  const ordered = ranked.toSorted((left, right) => left.rank - right.rank).slice(0, MAX_CHANGES);
  return {
    changes: ordered.map(({ path, before, after }) => ({
      path: cut(path) ?? '',
      before: cut(before),
      after: cut(after),
    })),
    omitted: ranked.length - ordered.length,
  };
}

function cut(value: string | null): string | null {
  return value === null || value.length <= MAX_VALUE_CHARACTERS
    ? value
    : `${value.slice(0, MAX_VALUE_CHARACTERS)}…`;
}

function toChange({ kind, name }: ManifestObject, { path, before, after }: Difference): RankedChange {
  const object = `${kind}/${name}`;
  if (kind === 'ConfigMap') {
    const [section, key = '', ...inner] = path;
    const place = section === 'data' ? key : joined(path);
    return {
      path: `${object} ${place}${inner.length === 0 ? '' : `: ${joined(inner)}`}`,
      before,
      after,
      rank: 0,
    };
  }
  const { container, rest } = insideContainer(path);
  const [head = '', second = '', ...others] = rest;
  // A sidecar's settings are told apart from those of the container that is called like its workload, or the only one.
  const prefix = container === undefined || container === name ? object : `${object} container ${container}`;
  if (container !== undefined && head === 'env') {
    const place = others.length === 0 ? '' : ` ${joined(others)}`;
    return { path: `${prefix} env ${second.slice(1, -1)}${place}`, before, after, rank: 0 };
  }
  const rank = container !== undefined && head === 'image' ? 1 : rankOf(container, head, rest);
  return { path: `${prefix} ${joined(rest)}`, before, after, rank };
}

function rankOf(container: string | undefined, head: string, rest: readonly string[]): number {
  if (container !== undefined) return ['args', 'command', 'resources', 'envFrom'].includes(head) ? 2 : 3;
  return rest[0] === 'replicas' ? 2 : 3;
}

/** `spec.template.spec.containers.[api].env...` is `env...` of the container `api`; other paths lose a leading `spec`. */
function insideContainer(path: readonly string[]): { container?: string; rest: readonly string[] } {
  const at = path.findIndex((part) => part === 'containers' || part === 'initContainers');
  const container = at < 0 ? undefined : path[at + 1];
  if (
    container !== undefined &&
    path.slice(0, at).every((part) => ['spec', 'template', 'jobTemplate'].includes(part))
  ) {
    return { container: container.slice(1, -1), rest: path.slice(at + 2) };
  }
  return { rest: path[0] === 'spec' ? path.slice(1) : path };
}

function joined(path: readonly string[]): string {
  return path.map((part, index) => (index === 0 || part.startsWith('[') ? part : `.${part}`)).join('');
}
