import type { Problem } from '../problem.ts';
import type { PublicApi } from '../types/public-api.ts';
import type { Workspace } from '../workspace.ts';

/** The committed report of a package's public API. */
export function reportFileOf(packageName: string): string {
  return `tooling/checks/api/${packageName.replace('@midwatch/', '')}.api.md`;
}

export function reportOf({ unit, entryPoints }: PublicApi): string {
  const sections = entryPoints.map(({ name, exports }) => {
    const declarations = exports.map(({ text }) => text.trim()).join('\n\n');
    return `## \`${name}\`\n\n\`\`\`ts\n${declarations}\n\`\`\`\n`;
  });
  return `# API of ${unit.name}\n\nWritten by \`pnpm api:update\`; a change here is a change for users.\n\n${sections.join('\n')}`;
}

function firstDifference(before: string, after: string): number {
  const wanted = after.split('\n');
  const index = before.split('\n').findIndex((line, position) => line !== wanted[position]);
  return index === -1 ? Math.min(before.split('\n').length, wanted.length) : index + 1;
}

/** What users may import changes only where somebody says so. */
export function checkApiReports(workspace: Workspace, apis: readonly PublicApi[]): Problem[] {
  return apis.flatMap((api) => {
    if (api.missing.length > 0) {
      return api.missing.map((file) => ({
        file,
        line: 1,
        rule: 'api-report',
        message: 'is not built: run pnpm build',
      }));
    }
    const file = reportFileOf(api.unit.name);
    const before = workspace.files.includes(file) ? workspace.read(file) : '';
    const after = reportOf(api);
    if (before === after) return [];
    const message = 'the public API has changed: run pnpm api:update, look at the difference and commit it';
    return [{ file, line: firstDifference(before, after), rule: 'api-report', message }];
  });
}

/** Every option is in the README's table, so that nobody has to read the types first. */
export function checkOptionTables(workspace: Workspace, apis: readonly PublicApi[]): Problem[] {
  return apis.flatMap(({ unit, entryPoints }) => {
    const file = `${unit.folder}/README.md`;
    if (!workspace.files.includes(file)) return [];
    const rows = workspace
      .read(file)
      .split('\n')
      .filter((line) => line.startsWith('|'));
    const types = new Map(
      entryPoints.flatMap(({ exports }) => exports.map((it) => [it.name, it.options] as const)),
    );
    return [...types].flatMap(([typeName, options]) =>
      options
        .filter((option) => !rows.some((row) => row.includes(`\`${option}\``)))
        .map((option) => ({
          file,
          line: 1,
          rule: 'option-tables',
          message: `no table row names \`${option}\` of ${typeName}`,
        })),
    );
  });
}

/** A doc comment on every function, class and constant says what its type cannot. */
export function checkDocComments(apis: readonly PublicApi[]): Problem[] {
  return apis.flatMap(({ unit, entryPoints }) =>
    entryPoints.flatMap(({ name: entry, exports }) =>
      exports
        .filter(({ lacksComment }) => lacksComment)
        .map(({ name }) => ({
          file: `${unit.folder}/package.json`,
          line: 1,
          rule: 'doc-comments',
          message: `${name} of "${entry}" has no doc comment: say its unit, edge, default or error`,
        })),
    ),
  );
}
