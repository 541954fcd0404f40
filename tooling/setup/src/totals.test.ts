import { expect, test } from 'vitest';
import { summarise, totalOf } from './totals.mjs';

function reportOf(statuses: string[], fileStatus = 'passed'): string {
  const assertionResults = statuses.map((status, index) => ({
    status,
    fullName: `test ${index} ${status}`,
    failureMessages: status === 'failed' ? ['expected 1\n  to be 2'] : [],
  }));
  return JSON.stringify({
    testResults: [{ name: 'a.test.ts', status: fileStatus, message: 'why', assertionResults }],
  });
}

function summaryOf(...tasks: { exitCode: number; report: string | undefined }[]) {
  return summarise(
    tasks.map((task, index) => totalOf({ packageName: `p${index}`, ...task })),
    tasks.some((task) => task.exitCode !== 0) ? 1 : 0,
  );
}

test('adds up all packages and ends with the plain line', () => {
  const { lines, exitCode } = summaryOf(
    { exitCode: 0, report: reportOf(['passed', 'passed']) },
    { exitCode: 0, report: reportOf(['passed']) },
  );
  expect(lines.at(-1)).toBe('3 passed, 0 failed');
  expect(exitCode).toBe(0);
});

test('names what was skipped, once', () => {
  const { lines, exitCode } = summaryOf({ exitCode: 0, report: reportOf(['passed', 'skipped', 'pending']) });
  expect(lines.filter((line) => line.startsWith('not run: '))).toEqual([
    'not run: p0: test 1 skipped',
    'not run: p0: test 2 pending',
  ]);
  expect(exitCode).toBe(0);
});

test('names what failed and why, right before the plain line', () => {
  const { lines } = summaryOf({ exitCode: 1, report: reportOf(['failed', 'skipped'], 'failed') });
  expect(lines.at(-2)).toBe('FAILED p0: test 0 failed (a.test.ts): expected 1 to be 2');
});

test.each([
  ['a failed test', { exitCode: 1, report: reportOf(['passed', 'failed'], 'failed') }, '1 passed, 1 failed'],
  ['a file that does not load', { exitCode: 1, report: reportOf([], 'failed') }, '0 passed, 1 failed'],
  ['a task that wrote no report', { exitCode: 134, report: undefined }, '0 passed, 1 failed'],
  ['a report cut off', { exitCode: 1, report: '{"testRes' }, '0 passed, 1 failed'],
  ['an error outside of the tests', { exitCode: 1, report: reportOf(['passed']) }, '1 passed, 1 failed'],
  ['no test at all', { exitCode: 0, report: reportOf([]) }, '0 passed, 1 failed'],
])('%s fails the run', (_name, task, lastLine) => {
  const { lines, exitCode } = summaryOf(task);
  expect(lines.at(-1)).toBe(lastLine);
  expect(exitCode).toBe(1);
});

test('a run of nothing fails', () => {
  expect(summarise([], 0)).toEqual({ lines: ['FAILED: no test ran', '0 passed, 1 failed'], exitCode: 1 });
});

test('a build that fails before the tests of another package fails the run', () => {
  const { exitCode } = summarise(
    [totalOf({ packageName: 'p', exitCode: 0, report: reportOf(['passed']) })],
    2,
  );
  expect(exitCode).toBe(1);
});
