import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createTestHarness } from 'wrangler';

/** Bundles a Worker that imports `specifiers`, without Node compatibility, and asks it in workerd what it got. */
export async function loadInWorkerd(project: string, specifiers: readonly string[]): Promise<void> {
  const imports = specifiers.map((name, index) => `import * as module${index} from '${name}';`);
  const counts = specifiers.map((name, index) => `'${name}': Object.keys(module${index}).length`);
  const worker = [
    ...imports,
    `const counts = { ${counts.join(', ')} };`,
    'export default { fetch: () => Response.json(counts) };',
  ];
  writeFileSync(join(project, 'worker.mjs'), worker.join('\n'));
  const config = { name: 'packed', main: join(project, 'worker.mjs'), compatibility_date: '2026-10-20' };
  const server = createTestHarness({ root: project, workers: [{ config }] });
  try {
    await server.listen();
    const response = await server.fetch('http://packed.example/');
    const found = (await response.json()) as Record<string, number>;
    const lost = specifiers.filter((name) => found[name] === undefined);
    if (lost.length > 0) throw new Error(`workerd did not load ${lost.join(', ')}`);
  } finally {
    await server.close();
  }
}
