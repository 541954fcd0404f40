import ts from 'typescript';
import type { Problem } from '../problem.ts';
import { globalUses, lineOfNode, parseSource } from '../syntax.ts';
import { libraries, sourcesOf, type Workspace } from '../workspace.ts';

const rule = 'determinism';
const timers = new Set(['setTimeout', 'setInterval']);

function randomUses(file: string, text: string): Problem[] {
  const source = parseSource(file, text);
  const problems: Problem[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isPropertyAccessExpression(node) && node.getText(source) === 'Math.random') {
      const message =
        'Math.random: the same input must give the same result; derive it from the data or a seed';
      problems.push({ file, line: lineOfNode(source, node), rule, message });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

/** The first line of a test file that leaves tests out or lets requests escape. */
function testHabits(file: string, text: string): Problem[] {
  const habits: readonly (readonly [RegExp, string])[] = [
    [/\b(?:test|it|describe)\.only\(/, '.only leaves all other tests out'],
    [/\bonUnhandledRequest\b/, "msw 3 ignores it and lets the request out; write onUnhandledFrame: 'error'"],
  ];
  return habits.flatMap(([pattern, message]) => {
    const line = text.split('\n').findIndex((it) => pattern.test(it)) + 1;
    return line === 0 ? [] : [{ file, line, rule, message }];
  });
}

/** The same input gives the same output: no random numbers, no sleeping connectors, no test left out. */
export function checkDeterminism(workspace: Workspace): Problem[] {
  return libraries(workspace).flatMap((unit) => {
    const code = unit.files.filter((file) => file.endsWith('.ts'));
    const connectorSources = unit.tag === 'connector' ? sourcesOf(unit) : [];
    return [
      ...code.flatMap((file) => randomUses(file, workspace.read(file))),
      ...code
        .filter((file) => file.endsWith('.test.ts'))
        .flatMap((file) => testHabits(file, workspace.read(file))),
      ...connectorSources.flatMap((file) =>
        globalUses(parseSource(file, workspace.read(file)), timers).map(({ name, line }) => ({
          file,
          line,
          rule,
          message: `${name}: connectors never sleep or retry; core owns time`,
        })),
      ),
    ];
  });
}
