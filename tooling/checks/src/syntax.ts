import ts from 'typescript';

export interface ImportedName {
  specifier: string;
  line: number;
  /** Erased by the compiler: needs no package at run time. */
  typeOnly: boolean;
  /** Names in braces; `*` for a namespace, `default` for a default import. */
  names: readonly string[];
}

export function parseSource(file: string, text: string): ts.SourceFile {
  return ts.createSourceFile(file, text, ts.ScriptTarget.ES2023, true);
}

export function lineOfNode(source: ts.SourceFile, node: ts.Node): number {
  return source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1;
}

function namesOfImport(clause: ts.ImportClause | undefined): string[] {
  const bindings = clause?.namedBindings;
  const names = clause?.name === undefined ? [] : ['default'];
  if (bindings === undefined) return names;
  if (ts.isNamespaceImport(bindings)) return [...names, '*'];
  return [...names, ...bindings.elements.map((element) => (element.propertyName ?? element.name).text)];
}

/** Every import and re-export of a file, dynamic imports of a literal included. */
export function importsOf(source: ts.SourceFile): readonly ImportedName[] {
  const found: ImportedName[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      found.push({
        specifier: node.moduleSpecifier.text,
        line: lineOfNode(source, node),
        typeOnly: node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword,
        names: namesOfImport(node.importClause),
      });
    } else if (
      ts.isExportDeclaration(node) &&
      node.moduleSpecifier &&
      ts.isStringLiteral(node.moduleSpecifier)
    ) {
      found.push({
        specifier: node.moduleSpecifier.text,
        line: lineOfNode(source, node),
        typeOnly: node.isTypeOnly,
        names: [],
      });
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [argument] = node.arguments;
      if (argument && ts.isStringLiteral(argument)) {
        found.push({
          specifier: argument.text,
          line: lineOfNode(source, node),
          typeOnly: false,
          names: ['*'],
        });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** `zod` of `zod/mini`, `@scope/name` of `@scope/name/part`; undefined for relative paths and runtime modules. */
export function packageNameOf(specifier: string): string | undefined {
  if (specifier.startsWith('.') || specifier.startsWith('/') || /^[a-z]+:/.test(specifier)) return undefined;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Uses of a global by one of `names`, also through `globalThis`; property names and declarations are none. */
export function globalUses(
  source: ts.SourceFile,
  names: ReadonlySet<string>,
): { name: string; line: number }[] {
  const found: { name: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && names.has(node.text) && isUse(node) && !isDeclaredAround(node)) {
      found.push({ name: node.text, line: lineOfNode(source, node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

function isUse(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent) && parent.name === node) {
    return ts.isIdentifier(parent.expression) && parent.expression.text === 'globalThis';
  }
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  if (ts.isQualifiedName(parent)) return false;
  const named = parent as { name?: ts.Node; propertyName?: ts.Node };
  return named.name !== node && named.propertyName !== node;
}

function bindsName(binding: ts.BindingName, name: string): boolean {
  if (ts.isIdentifier(binding)) return binding.text === name;
  return binding.elements.some((element) => ts.isBindingElement(element) && bindsName(element.name, name));
}

/** Whether a parameter or a variable of the same name stands in a scope around the node. */
function isDeclaredAround(node: ts.Identifier): boolean {
  const declares = (list: ts.VariableDeclarationList) =>
    list.declarations.some((it) => bindsName(it.name, node.text));
  for (let scope: ts.Node = node.parent; scope !== undefined; scope = scope.parent) {
    if (
      ts.isFunctionLike(scope) &&
      scope.parameters.some((parameter) => bindsName(parameter.name, node.text))
    ) {
      return true;
    }
    if (ts.isBlock(scope) || ts.isSourceFile(scope) || ts.isCaseOrDefaultClause(scope)) {
      if (scope.statements.some((it) => ts.isVariableStatement(it) && declares(it.declarationList)))
        return true;
    }
    if (ts.isForOfStatement(scope) || ts.isForStatement(scope)) {
      const { initializer } = scope;
      if (initializer && ts.isVariableDeclarationList(initializer) && declares(initializer)) return true;
    }
  }
  return false;
}
