import { registerHooks } from 'node:module';
import type { Reduce } from '@midwatch/core/incident';

/** The numbers of `packages/evidence/src/judgement.ts`, by group; a group may hold groups. */
export interface Numbers {
  readonly [name: string]: number | Numbers;
}

const source = new URL('../../../packages/evidence/src/', import.meta.url);
const replaced: string[] = [];
/** What no number of the judgement decides is computed once for each list of signals. */
const independent: Readonly<Record<string, readonly [name: string, signals: string]>> = {
  [new URL('log-patterns/find-log-patterns.ts', source).href]: ['findLogPatterns', 'logs'],
  [new URL('metric-shifts/find-metric-shifts.ts', source).href]: ['findMetricShifts', 'metrics'],
};
const computed = new WeakMap<object, unknown>();

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
    const [file = '', query] = url.split('?judgement=');
    const numbers = query === undefined ? undefined : replaced[Number(query)];
    if (numbers === undefined) return next(url, context);
    const [name, signals] = independent[file] ?? [];
    const code =
      file === new URL('judgement.ts', source).href
        ? `export const judgement = ${numbers};`
        : name === undefined
          ? undefined
          : `import { ${name} as compute } from '${file}';
             import { once } from '${import.meta.url}';
             export const ${name} = (input) => once(input.${signals}, () => compute(input));`;
    return code === undefined ? next(url, context) : { format: 'module', source: code, shortCircuit: true };
  },
});

/** @public Imported by the modules that `load` writes. */
export function once<Value>(key: object, compute: () => Value): Value {
  if (!computed.has(key)) computed.set(key, compute());
  return computed.get(key) as Value;
}

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
