import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface Manifest {
  /** Of the set of values that it was made with. */
  readonly title: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly rules?: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly verbs: readonly string[];
    readonly resourceNames?: readonly string[];
  }[];
  readonly subjects?: readonly { readonly name: string }[];
}

interface Model {
  validate(): void;
}

/**
 * Against the types of Kubernetes' API, twice: the compiler refuses names that a type does not have, the validators values that
 * a field does not take. What a custom resource holds is not known here.
 */
export async function checkManifests(
  manifests: readonly Manifest[],
  { root, toolFolder }: { readonly root: string; readonly toolFolder: string },
): Promise<string> {
  const models = join(toolFolder, 'node_modules/kubernetes-models');
  const pathOf = ({ apiVersion, kind }: Manifest) => `${apiVersion}/${kind}`;
  const known = manifests.filter((manifest) => existsSync(join(models, `${pathOf(manifest)}.js`)));
  const unknown = new Set(manifests.filter((manifest) => !known.includes(manifest)).map(({ kind }) => kind));
  if ([...unknown].some((kind) => kind !== 'ServiceMonitor'))
    throw new Error(`unknown: ${[...unknown].join()}`);

  const lines = known.map(({ title, ...body }, index) => {
    const { kind } = body;
    return [
      `import type { I${kind} as Kind${index} } from 'kubernetes-models/${body.apiVersion}/${kind}';`,
      `// ${title}`,
      `export const manifest${index}: Kind${index} = ${JSON.stringify(body, null, 1)};`,
    ].join('\n');
  });
  const file = join(toolFolder, 'manifests.ts');
  writeFileSync(file, lines.join('\n'));
  const flags = '--noEmit --strict --skipLibCheck --module nodenext --target es2024 --types'.split(' ');
  execFileSync(join(root, 'node_modules/.bin/tsc'), [...flags, '', '--ignoreConfig', file], {
    cwd: toolFolder,
    encoding: 'utf8',
    stdio: 'pipe',
  });
  for (const { title, ...body } of known) {
    const module = pathToFileURL(join(models, `${body.apiVersion}/${body.kind}.js`)).href;
    const { [body.kind]: Kind } = (await import(module)) as Record<string, new (body: object) => Model>;
    if (Kind === undefined) throw new Error(`no ${body.kind}`);
    try {
      new Kind(body).validate();
    } catch (error) {
      throw new Error(`${title}: ${body.kind}: ${(error as Error).message}`);
    }
  }
  const kinds = new Set(known.map(({ kind }) => kind)).size;
  return `${known.length} manifests of ${kinds} kinds validated, not ${[...unknown].join(', ')}`;
}
