import ts from 'typescript';
import type { Problem } from '../problem.ts';
import { lineOfNode, parseSource } from '../syntax.ts';
import { libraries, sourcesOf, type Workspace } from '../workspace.ts';

const rule = 'determinism';

/** Calls that a walk over the file finds, each with what is wrong about it. */
function badCalls(
  file: string,
  text: string,
  isBad: (call: ts.CallExpression) => string | undefined,
): Problem[] {
  const source = parseSource(file, text);
  const problems: Problem[] = [];
  const visit = (node: ts.Node): void => {
    const message = ts.isCallExpression(node) ? isBad(node) : undefined;
    if (message !== undefined) problems.push({ file, line: lineOfNode(source, node), rule, message });
    ts.forEachChild(node, visit);
  };
  visit(source);
  return problems;
}

function isRandom(call: ts.CallExpression): string | undefined {
  if (call.expression.getText() !== 'Math.random') return undefined;
  return 'Math.random: the same input must give the same result; derive it from the data or a seed';
}

/** `setTimeout(resolve, 500)` sleeps; with 0 it lets others run, and with a function of its own it is a deadline. */
function isSleep(call: ts.CallExpression): string | undefined {
  const [callback, delay] = call.arguments;
  if (call.expression.getText() !== 'setTimeout' || !callback || !ts.isIdentifier(callback)) return undefined;
  return delay?.getText() === '0' ? undefined : 'connectors never sleep or retry; core owns time';
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
      ...code.flatMap((file) => badCalls(file, workspace.read(file), isRandom)),
      ...code
        .filter((file) => file.endsWith('.test.ts'))
        .flatMap((file) => testHabits(file, workspace.read(file))),
      ...connectorSources.flatMap((file) => badCalls(file, workspace.read(file), isSleep)),
    ];
  });
}
