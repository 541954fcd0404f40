import { whyOf } from './totals.mjs';

/** More failures than these have another reason than a machine that was busy. */
const MAX_FILES = 3;

/**
 * @typedef {import('./totals.mjs').TestTask} TestTask
 * @typedef {{ name: string, status: string, assertionResults: import('./totals.mjs').Assertion[] }} FileResult
 */

/**
 * Which files are to run again, alone, when few of all failed.
 * @param {readonly TestTask[]} tasks
 * @returns {Map<TestTask, string[]>} empty when nothing failed, or too much
 */
export function toRunAgain(tasks) {
  /** @type {Map<TestTask, string[]>} */
  const again = new Map();
  for (const task of tasks) {
    const failed = filesOf(task).filter(({ status }) => status === 'failed');
    if (failed.length > 0) again.set(task, [...new Set(failed.map(({ name }) => name))]);
  }
  const count = [...again.values()].reduce((sum, files) => sum + files.length, 0);
  return count > MAX_FILES ? new Map() : again;
}

/**
 * What a package's tests come to when the files that failed have run again: the second run counts, and what passed only then is named.
 * @param {TestTask} first
 * @param {Pick<TestTask, 'exitCode' | 'report'>} second of the files that failed
 * @returns {{ task: TestTask, unstable: string[] }}
 */
export function mergeRuns(first, second) {
  const again = filesOf(second);
  if (again.length === 0) return { task: first, unstable: [] };
  const names = new Set(again.map(({ name }) => name));
  const before = filesOf(first);
  const passed = new Set(assertionsOf(again, 'passed').map(({ fullName }) => fullName));
  const failed = before.filter(({ status }) => status === 'failed');
  const unloaded = failed.filter(({ assertionResults }) => assertionResults.length === 0);
  const unstable = [
    ...unloaded.map(({ name }) => `${name} did not load at first`),
    ...assertionsOf(failed, 'failed')
      .filter(({ fullName }) => passed.has(fullName))
      .map(
        (assertion) => `${assertion.fullName}: passed only when it ran alone; before: ${whyOf(assertion)}`,
      ),
  ];
  return {
    task: {
      ...first,
      exitCode: second.exitCode,
      report: JSON.stringify({ testResults: [...before.filter(({ name }) => !names.has(name)), ...again] }),
    },
    unstable: second.exitCode === 0 ? unstable : [],
  };
}

/** @param {readonly FileResult[]} files @param {string} wanted */
function assertionsOf(files, wanted) {
  return files.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status === wanted));
}

/** @param {{ report: string | undefined }} task @returns {FileResult[]} */
function filesOf({ report }) {
  try {
    return JSON.parse(report ?? '{}').testResults ?? [];
  } catch {
    return [];
  }
}
