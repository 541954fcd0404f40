import { join, relative } from 'node:path';
import ts from 'typescript';
import { libraries, type Workspace, type WorkspacePackage } from '../workspace.ts';

export interface PublicExport {
  name: string;
  /** Its declarations as TypeScript, comments left out; a re-export of another package as one line. */
  text: string;
  /** Types explain themselves by their members; functions, classes and constants need a doc comment. */
  lacksComment: boolean;
  /** The names of its properties, when it is a type named `...Options`. */
  options: readonly string[];
}

export interface EntryPoint {
  /** `.`, `./http`, ... */
  name: string;
  exports: readonly PublicExport[];
}

export interface PublicApi {
  unit: WorkspacePackage;
  entryPoints: readonly EntryPoint[];
  /** Declaration files that were not there: the package is not built. */
  missing: readonly string[];
}

const printer = ts.createPrinter({ removeComments: true });

/** Reads what each package exports from the declarations that its build has written. */
export function readPublicApis(workspace: Workspace): readonly PublicApi[] {
  const units = libraries(workspace).map((unit) => ({ unit, entries: entriesOf(workspace, unit) }));
  const program = ts.createProgram(
    units.flatMap(({ entries }) => entries.map(({ file }) => file)),
    {
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      target: ts.ScriptTarget.ES2023,
      lib: ['lib.es2024.d.ts'],
      types: ['node'],
      typeRoots: [join(workspace.root, 'node_modules/@types')],
      skipLibCheck: true,
      strict: true,
      noEmit: true,
    },
  );
  const checker = program.getTypeChecker();
  return units.map(({ unit, entries }) => {
    const folder = join(workspace.root, unit.folder);
    const found = entries.map((entry) => ({ ...entry, source: program.getSourceFile(entry.file) }));
    return {
      unit,
      missing: found.flatMap(({ source, file }) => (source ? [] : [relative(workspace.root, file)])),
      entryPoints: found.flatMap(({ name, source }) =>
        source ? [{ name, exports: exportsOf(checker, source, folder) }] : [],
      ),
    };
  });
}

function entriesOf(workspace: Workspace, unit: WorkspacePackage): { name: string; file: string }[] {
  return Object.entries(unit.manifest.exports ?? {}).flatMap(([name, target]) => {
    const types = typeof target === 'string' ? undefined : target['types'];
    return types === undefined ? [] : [{ name, file: join(workspace.root, unit.folder, types) }];
  });
}

function exportsOf(checker: ts.TypeChecker, source: ts.SourceFile, folder: string): PublicExport[] {
  const module = checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  return exported
    .map((symbol) => {
      const target = (symbol.flags & ts.SymbolFlags.Alias) !== 0 ? checker.getAliasedSymbol(symbol) : symbol;
      const declarations = target.declarations ?? [];
      const foreign = declarations.every((it) => !it.getSourceFile().fileName.startsWith(`${folder}/`));
      return {
        name: symbol.name,
        text: foreign
          ? `export { ${symbol.name} }; // of another package`
          : declarations.map(printed).join('\n'),
        lacksComment:
          !foreign &&
          (target.flags & ts.SymbolFlags.Value) !== 0 &&
          target.getDocumentationComment(checker).length === 0,
        options: !foreign && symbol.name.endsWith('Options') ? propertiesOf(checker, target) : [],
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function printed(declaration: ts.Declaration): string {
  const isVariable = ts.isVariableDeclaration(declaration);
  const node = isVariable ? declaration.parent.parent : declaration;
  return printer
    .printNode(ts.EmitHint.Unspecified, node, declaration.getSourceFile())
    .replace(/^export declare /, 'export ');
}

function propertiesOf(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  return checker
    .getDeclaredTypeOfSymbol(symbol)
    .getProperties()
    .map(({ name }) => name);
}
