import { type Difference, isObject, type Leaf, toDifferences, toLeaves } from './object-leaves.js';
import type { RankedChange } from './ranked-changes.js';

/** What differs between two pod templates of one workload: configuration first, then images, then the rest. */
export function compareTemplates(
  object: { readonly kind: string; readonly name: string },
  before: unknown,
  after: unknown,
): readonly RankedChange[] {
  const differences = toDifferences(templateLeaves(before), templateLeaves(after));
  return differences.map((difference) => toChange(object, difference));
}

/** Written anew by controllers and tools at every rollout; they tell nothing that is not told elsewhere. */
const noise: ReadonlySet<string> = new Set([
  'pod-template-hash',
  'rollouts-pod-template-hash',
  'controller-revision-hash',
  'pod-template-generation',
  'app.kubernetes.io/version',
  'helm.sh/chart',
]);

function templateLeaves(template: unknown): Leaf[] {
  return toLeaves(withReferences(template)).filter(
    ({ path: [section, kind, key = ''] }) =>
      !(section === 'metadata' && (kind === 'creationTimestamp' || (kind === 'labels' && noise.has(key)))),
  );
}

/** Environment that comes from elsewhere as one word that says from where: `Secret/orders-db:password`. Its value is nowhere here. */
function withReferences(template: unknown): unknown {
  if (!isObject(template) || !isObject(template['spec'])) return template;
  const spec: Record<string, unknown> = { ...template['spec'] };
  for (const field of ['containers', 'initContainers']) {
    const containers = spec[field];
    if (Array.isArray(containers)) spec[field] = containers.map(withContainerReferences);
  }
  return { ...template, spec };
}

function withContainerReferences(container: unknown): unknown {
  if (!isObject(container)) return container;
  const env = Array.isArray(container['env']) ? container['env'].map(withVariableReference) : undefined;
  const envFrom = Array.isArray(container['envFrom']) ? container['envFrom'].map(sourceOf) : undefined;
  return {
    ...container,
    ...(env === undefined ? {} : { env }),
    ...(envFrom === undefined ? {} : { envFrom }),
  };
}

function withVariableReference(variable: unknown): unknown {
  if (!isObject(variable) || !isObject(variable['valueFrom'])) return variable;
  return { name: variable['name'], from: sourceOf(variable['valueFrom']) };
}

const references: readonly (readonly [string, string])[] = [
  ['secretKeyRef', 'Secret'],
  ['configMapKeyRef', 'ConfigMap'],
  ['secretRef', 'Secret'],
  ['configMapRef', 'ConfigMap'],
];

function sourceOf(source: unknown): unknown {
  if (!isObject(source)) return source;
  for (const [field, kind] of references) {
    const reference = source[field];
    if (!isObject(reference)) continue;
    const key = typeof reference['key'] === 'string' ? `:${reference['key']}` : '';
    const prefix = typeof source['prefix'] === 'string' ? ` as ${source['prefix']}*` : '';
    return `${kind}/${String(reference['name'])}${key}${prefix}`;
  }
  return source;
}

function toChange({ kind, name }: { kind: string; name: string }, difference: Difference): RankedChange {
  const { path, before, after } = difference;
  const change = (place: string, rank: number): RankedChange => ({
    path: `${kind}/${name} ${place}`,
    before,
    after,
    rank,
  });
  const [section, field, ...inner] = path;
  if (section === 'metadata') return change(`${field} ${inner.join('.')}`, field === 'annotations' ? 2 : 3);
  if (section !== 'spec') return change(joined(path), 3);
  if (field !== 'containers' && field !== 'initContainers') return change(joined(path.slice(1)), 3);
  const [container = '', setting = '', variable = '', ...rest] = inner;
  const called = container.slice(1, -1);
  // A sidecar's settings are told apart from those of the container that is called like its workload.
  const prefix = called === name ? '' : `container ${called} `;
  if (setting === 'env') {
    const detail = rest.length === 0 ? '' : ` ${joined(rest)}`;
    return change(`${prefix}env ${variable.slice(1, -1)}${detail}`, 0);
  }
  return change(`${prefix}${joined(inner.slice(1))}`, rankOf(setting));
}

function rankOf(setting: string): number {
  if (setting === 'image') return 1;
  return ['args', 'command', 'resources', 'envFrom'].includes(setting) ? 2 : 3;
}

function joined(path: readonly string[]): string {
  return path.map((part, index) => (index === 0 || part.startsWith('[') ? part : `.${part}`)).join('');
}
