import { createWorkspace, type Workspace } from './workspace.ts';

const example = `import { createSampleConnector } from '@midwatch/connector-sample';

export const connector = createSampleConnector({ baseUrl: 'https://sample.example' });`;

const readme = `# @midwatch/connector-sample

Reads logs from Sample for Midwatch.

\`\`\`sh
npm install @midwatch/connector-sample @midwatch/core zod
\`\`\`

\`\`\`ts
${example}
\`\`\`

## Options

| name | type | default | meaning |
|---|---|---|---|
| \`baseUrl\` | \`string\` | required | where Sample answers |

## What it asks of the vendor

Logs: \`GET /logs\`.

## What it cannot see

More than 1,000 lines; see [the sources](./src/index.ts).

## Runtimes

Node and Workers; conformance passed.

## Licence

Apache-2.0
`;

const preset = "import { packageBuild } from '@midwatch/tsup-preset';\n\nexport default packageBuild();\n";

export const sampleManifest = {
  name: '@midwatch/connector-sample',
  version: '0.0.0',
  description: 'Reads logs from Sample for Midwatch.',
  license: 'Apache-2.0',
  type: 'module',
  sideEffects: false,
  files: ['dist', 'src', '!src/**/*.test.ts', '!src/**/__fixtures__'],
  exports: {
    '.': { '@midwatch/source': './src/index.ts', types: './dist/index.d.ts', default: './dist/index.js' },
    './package.json': './package.json',
  },
  engines: { node: '>=22.12' },
  publishConfig: { access: 'public' },
  scripts: {
    build: 'tsup && tsc -p tsconfig.build.json',
    typecheck: 'tsc -p tsconfig.json',
    test: 'vitest run',
  },
  peerDependencies: { '@midwatch/core': 'workspace:^', zod: '^4.6.0' },
  devDependencies: { '@midwatch/core': 'workspace:*', msw: 'catalog:', vitest: 'catalog:', zod: 'catalog:' },
};

/** The files of a small workspace that breaks no rule. */
export function sampleFiles(): Record<string, string> {
  const folder = 'packages/connector-sample';
  return {
    [`${folder}/package.json`]: JSON.stringify(sampleManifest, null, 2),
    [`${folder}/README.md`]: readme,
    [`${folder}/turbo.json`]: '{ "extends": ["//"], "tags": ["connector"] }',
    [`${folder}/tsconfig.json`]: '{}',
    [`${folder}/tsconfig.build.json`]: '{}',
    [`${folder}/tsup.config.ts`]: preset,
    [`${folder}/vitest.config.ts`]: preset,
    [`${folder}/src/index.ts`]: "export { createSampleConnector } from './sample-connector.js';\n",
    [`${folder}/src/sample-connector.ts`]:
      "import type { ConnectorV1 } from '@midwatch/core';\nimport * as z from 'zod';\n\nexport const a = z;\n",
    [`${folder}/src/sample-connector.test.ts`]:
      "import { readFileSync } from 'node:fs';\nimport { test } from 'vitest';\n",
    'apps/examples/src/connector-sample.ts': `${example}\n`,
    '.changeset/sample.md': "---\n'@midwatch/connector-sample': minor\n---\n\nFirst version.\n",
  };
}

/** That workspace with some files added, replaced or, with `undefined`, taken away. */
export function sampleWorkspace(changes: Readonly<Record<string, string | undefined>> = {}): Workspace {
  const files: Record<string, string> = sampleFiles();
  for (const [file, text] of Object.entries(changes)) {
    if (text === undefined) delete files[file];
    else files[file] = text;
  }
  return createWorkspace(files);
}
