import ts from 'typescript';
import type { Problem } from '../problem.ts';
import { lineOfNode, parseSource } from '../syntax.ts';
import { libraries, sourcesOf, type Workspace, type WorkspacePackage } from '../workspace.ts';

const rule = 'modules';
const vagueNames = [
  'common',
  'handler',
  'helper',
  'helpers',
  'manager',
  'misc',
  'service',
  'types',
  'util',
  'utils',
];
const growing = ['Map', 'Set', 'WeakMap', 'WeakSet'];

/** How a module of a package is written: named exports, no state and no work on import, a name that says something. */
export function checkModules(workspace: Workspace): Problem[] {
  return libraries(workspace).flatMap((unit) =>
    sourcesOf(unit).flatMap((file) => {
      const source = parseSource(file, workspace.read(file));
      return [
        ...checkName(file),
        ...source.statements.flatMap((statement) => checkStatement(file, source, statement)),
        ...(isEntry(unit, file) ? checkEntry(file, source) : []),
      ];
    }),
  );
}

function isEntry(unit: WorkspacePackage, file: string): boolean {
  const sources = Object.values(unit.manifest.exports ?? {}).map((target) =>
    typeof target === 'string' ? '' : (target['@midwatch/source'] ?? '').replace(/^\./, unit.folder),
  );
  return sources.includes(file);
}

function checkName(file: string): Problem[] {
  const name = file.split('/').at(-1)?.replace(/\.ts$/, '') ?? '';
  if (vagueNames.includes(name)) {
    return [{ file, line: 1, rule, message: `${name} says nothing; name the file after its main export` }];
  }
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return [];
  return [{ file, line: 1, rule, message: 'file names are kebab-case' }];
}

function checkStatement(file: string, source: ts.SourceFile, statement: ts.Statement): Problem[] {
  const problem = (message: string): Problem[] => [
    { file, line: lineOfNode(source, statement), rule, message },
  ];
  if (ts.isExportDeclaration(statement) && statement.exportClause === undefined) {
    return problem('export * hides what is public; name the exports');
  }
  if (ts.isExportAssignment(statement)) return problem('no default exports in packages; export by name');
  const modifiers = ts.canHaveModifiers(statement) ? (ts.getModifiers(statement) ?? []) : [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DefaultKeyword)) {
    return problem('no default exports in packages; export by name');
  }
  if (ts.isExpressionStatement(statement)) return problem('no work on import; put it into a function');
  if (!ts.isVariableStatement(statement)) return [];
  if (modifiers.some(({ kind }) => kind === ts.SyntaxKind.DeclareKeyword)) return [];
  if ((statement.declarationList.flags & ts.NodeFlags.Const) === 0) {
    return problem('no module-level state; two users of the package would share it');
  }
  return statement.declarationList.declarations.some(({ initializer, type }) => isGrowing(initializer, type))
    ? problem('an empty collection at module level is state; create it inside the function that fills it')
    : [];
}

function isGrowing(initializer: ts.Expression | undefined, type: ts.TypeNode | undefined): boolean {
  if (initializer === undefined || (type !== undefined && /readonly|Readonly/.test(type.getText())))
    return false;
  if (ts.isArrayLiteralExpression(initializer)) return initializer.elements.length === 0;
  return (
    ts.isNewExpression(initializer) &&
    ts.isIdentifier(initializer.expression) &&
    growing.includes(initializer.expression.text) &&
    (initializer.arguments ?? []).length === 0
  );
}

function checkEntry(file: string, source: ts.SourceFile): Problem[] {
  const [first, ...others] = source.statements;
  const isEmpty = first === undefined || (others.length === 0 && first.getText(source) === 'export {};');
  if (isEmpty)
    return [{ file, line: 1, rule, message: 'exports nothing; a package is created when it has content' }];
  return source.statements
    .filter((statement) => !ts.isExportDeclaration(statement) || statement.moduleSpecifier === undefined)
    .map((statement) => ({
      file,
      line: lineOfNode(source, statement),
      rule,
      message: 'an entry file holds named re-exports only',
    }));
}
