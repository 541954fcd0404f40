import { expect, test } from 'vitest';
import { mergeRuns, toRunAgain } from './second-run.mjs';
import { totalOf } from './totals.mjs';

type Tests = Record<string, 'passed' | 'failed'>;

/** What a package's vitest leaves: its files with their tests. */
function runOf(files: Record<string, Tests>) {
  const testResults = Object.entries(files).map(([name, tests]) => ({
    name,
    status: Object.values(tests).includes('failed') || Object.keys(tests).length === 0 ? 'failed' : 'passed',
    assertionResults: Object.entries(tests).map(([fullName, status]) => ({
      fullName,
      status,
      failureMessages: [`${status}\n  here`],
    })),
  }));
  const exitCode = testResults.some(({ status }) => status === 'failed') ? 1 : 0;
  return { packageName: 'p', folder: 'packages/p', exitCode, report: JSON.stringify({ testResults }) };
}

test('nothing runs again when all passed, or when more than chance failed', () => {
  expect(toRunAgain([runOf({ 'a.test.ts': { one: 'passed' } })]).size).toBe(0);
  const broken = Object.fromEntries(['a', 'b', 'c', 'd'].map((name) => [name, { one: 'failed' } as const]));
  expect(toRunAgain([runOf(broken)]).size).toBe(0);
});

test('the files that failed run again, those that did not load too', () => {
  const bad = runOf({
    'a.test.ts': { one: 'passed', two: 'failed' },
    'b.test.ts': {},
    'c.test.ts': { three: 'passed' },
  });
  expect([...toRunAgain([bad, runOf({ 'd.test.ts': { four: 'passed' } })])]).toEqual([
    [bad, ['a.test.ts', 'b.test.ts']],
  ]);
});

test('the second run counts, once, and what passed only then is named', () => {
  const first = runOf({ 'a.test.ts': { one: 'passed', two: 'failed' }, 'c.test.ts': { three: 'passed' } });
  const { task, unstable } = mergeRuns(first, runOf({ 'a.test.ts': { one: 'passed', two: 'passed' } }));
  expect(unstable).toEqual(['two: passed only when it ran alone; before: failed here']);
  expect(totalOf(task)).toMatchObject({ passed: 3, failed: 0, trouble: [] });
});

test('what fails twice fails, and so does what only fails the second time', () => {
  const first = runOf({ 'a.test.ts': { one: 'failed', two: 'passed' } });
  for (const one of ['passed', 'failed'] as const) {
    const { task, unstable } = mergeRuns(first, runOf({ 'a.test.ts': { one, two: 'failed' } }));
    expect(unstable).toEqual([]);
    expect(totalOf(task).failed).toBe(one === 'failed' ? 2 : 1);
  }
});

test.each([undefined, '{"testRes', '{}'])(
  'a second run that leaves no report (%s) changes nothing',
  (report) => {
    const first = runOf({ 'a.test.ts': { one: 'failed' } });
    expect(mergeRuns(first, { exitCode: 0, report })).toEqual({ task: first, unstable: [] });
  },
);
