import { basename } from 'node:path';

/**
 * One package's test task as turbo ran it, and the JSON report its tests wrote, if they did.
 * @typedef {{ packageName: string, folder: string, exitCode: number, report: string | undefined }} TestTask
 * @typedef {{ packageName: string, passed: number, failed: number, notRun: string[], trouble: string[] }} PackageTotals
 * @typedef {{ status: string, fullName: string, failureMessages?: string[] }} Assertion
 */

/** Of a message; the whole one stands above, where the suite printed it. */
const MESSAGE_CHARACTERS = 300;

/** @param {Pick<Assertion, 'failureMessages'>} assertion */
export function whyOf({ failureMessages }) {
  return (failureMessages?.[0] ?? '').slice(0, MESSAGE_CHARACTERS).replaceAll(/\s+/g, ' ');
}

/**
 * @param {Omit<TestTask, 'folder'>} task
 * @returns {PackageTotals}
 */
export function totalOf({ packageName, exitCode, report }) {
  /** @type {PackageTotals} */
  const totals = { packageName, passed: 0, failed: 0, notRun: [], trouble: [] };
  if (report === undefined) {
    totals.failed = 1;
    totals.trouble.push(`its tests did not run (exit code ${exitCode})`);
    return totals;
  }
  /** @type {{ testResults?: { name: string, status: string, message?: string, assertionResults: Assertion[] }[] }} */
  let parsed;
  try {
    parsed = JSON.parse(report);
  } catch {
    totals.failed = 1;
    totals.trouble.push('its report is not JSON');
    return totals;
  }
  for (const file of parsed.testResults ?? []) {
    let failedInFile = 0;
    for (const assertion of file.assertionResults) {
      const { status, fullName } = assertion;
      if (status === 'passed') totals.passed += 1;
      else if (status !== 'failed') totals.notRun.push(fullName);
      else {
        failedInFile += 1;
        totals.trouble.push(`${fullName} (${basename(file.name)}): ${whyOf(assertion)}`);
      }
    }
    if (file.status === 'failed' && failedInFile === 0) {
      failedInFile = 1;
      totals.trouble.push(`${file.name} did not load: ${(file.message ?? '').split('\n')[0]}`);
    }
    totals.failed += failedInFile;
  }
  // An error outside of any test (a rejection nobody awaited) fails the task but no test.
  if (exitCode !== 0 && totals.failed === 0) {
    totals.failed = 1;
    totals.trouble.push(`exit code ${exitCode} although no test failed`);
  }
  return totals;
}

/**
 * What is printed after the tests, and the exit code.
 * @param {readonly PackageTotals[]} packages
 * @param {number} turboExitCode
 * @param {{ lines: readonly string[], failed: number }} more what is printed before the last line, and failures in it
 * @returns {{ lines: string[], exitCode: number }}
 */
export function summarise(packages, turboExitCode, more = { lines: [], failed: 0 }) {
  const passed = packages.reduce((sum, totals) => sum + totals.passed, 0);
  let failed = packages.reduce((sum, totals) => sum + totals.failed, more.failed);
  const lines = [];
  for (const totals of packages) {
    lines.push(`${totals.packageName}: ${totals.passed} passed, ${totals.failed} failed`);
  }
  for (const totals of packages) {
    for (const name of new Set(totals.notRun)) lines.push(`not run: ${totals.packageName}: ${name}`);
  }
  lines.push(...more.lines);
  // Last, since a log is often read, or kept, from its end.
  for (const { packageName, trouble } of packages)
    for (const text of trouble) lines.push(`FAILED ${packageName}: ${text}`);
  if (failed === 0 && turboExitCode !== 0) {
    failed = 1;
    lines.push(`FAILED: turbo ended with exit code ${turboExitCode} although no test failed`);
  }
  if (passed + failed === 0) {
    failed = 1;
    lines.push('FAILED: no test ran');
  }
  lines.push(`${passed} passed, ${failed} failed`);
  return { lines, exitCode: failed === 0 ? 0 : 1 };
}
