import { registerHooks } from 'node:module';
import type { Reduce } from '@midwatch/core/incident';

/** The numbers of `packages/evidence/src/judgement.ts`, by group; a group may hold groups. */
export interface Numbers {
  readonly [name: string]: number | Numbers;
}

const source = new URL('../../../packages/evidence/src/', import.meta.url);
const replaced: string[] = [];

// The package has no options: another judgement means another copy of its modules, told apart by their query.
registerHooks({
  resolve(specifier, context, next) {
    const { parentURL } = context;
    if (parentURL?.startsWith(source.href) !== true || !specifier.startsWith('.'))
      return next(specifier, context);
    const url = new URL(specifier.replace(/\.js$/, '.ts'), parentURL);
    url.search = new URL(parentURL).search;
    return { url: url.href, shortCircuit: true };
  },
  load(url, context, next) {
    const { pathname, searchParams } = new URL(url);
    const numbers = replaced[Number(searchParams.get('judgement') ?? -1)];
    if (numbers === undefined || pathname !== new URL('judgement.ts', source).pathname)
      return next(url, context);
    return { format: 'module', source: `export const judgement = ${numbers};`, shortCircuit: true };
  },
});

export async function readJudgement(): Promise<Numbers> {
  const module: { judgement: Numbers } = await import(new URL('judgement.ts', source).href);
  return module.judgement;
}

/** `reduce` as it would be with these numbers. */
export async function reduceWith(numbers: Numbers): Promise<Reduce> {
  const count = replaced.push(JSON.stringify(numbers));
  const module: { reduce: Reduce } = await import(new URL(`reduce.ts?judgement=${count - 1}`, source).href);
  return module.reduce;
}
