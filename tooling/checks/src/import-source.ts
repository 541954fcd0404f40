import { existsSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';

/**
 * Imports a TypeScript module of a workspace package, unbuilt. Packages name their files as they are called after the build
 * (`./a.js`); Node strips types, but does not look for `./a.ts` by itself.
 */
export async function importSource(file: string): Promise<unknown> {
  const hooks = registerHooks({
    resolve: (specifier, context, nextResolve) => {
      if (specifier.startsWith('.') && specifier.endsWith('.js') && context.parentURL !== undefined) {
        const source = new URL(specifier.replace(/\.js$/, '.ts'), context.parentURL);
        if (existsSync(fileURLToPath(source))) return nextResolve(source.href, context);
      }
      return nextResolve(specifier, context);
    },
  });
  try {
    return await import(file);
  } finally {
    hooks.deregister();
  }
}
