import { expect, test } from 'vitest';
import { faultTable } from './fault-table.mjs';

interface Row {
  fault: string;
  status?: string;
  skipped?: string;
  runtimes?: readonly string[];
}

function taskOf(name: string, rows: readonly Row[]) {
  const assertionResults = rows.flatMap(
    ({ fault, status = 'passed', skipped, runtimes = ['node', 'workerd'] }) =>
      runtimes.map((runtime) => ({
        ancestorTitles: [`${name}: connector conformance`],
        status,
        meta: { conformance: { id: fault, fault, runtime, skipped } },
      })),
  );
  const report = JSON.stringify({
    testResults: [
      { assertionResults: [...assertionResults, { ancestorTitles: [], status: 'passed', meta: {} }] },
    ],
  });
  return { packageName: name, folder: `packages/connector-${name}`, exitCode: 0, report };
}

const skipped = { status: 'skipped', skipped: 'It has no cursor.' };

test('has a row for each fault and a column for each connector, and the reason for what does not apply', () => {
  const { lines, failed } = faultTable([
    taskOf('b', [{ fault: 'hang' }, { fault: 'cursor', ...skipped }]),
    taskOf('a', [{ fault: 'hang' }, { fault: 'hang', ...skipped }, { fault: 'cursor' }]),
  ]);
  expect(lines.slice(1)).toEqual([
    '                       a     b',
    'hang                   ok    ok',
    'cursor                 ok    n/a',
    'all checks in node     ok 2  ok 1',
    'all checks in workerd  ok 2  ok 1',
    '4 cells, 1 not applicable (at most 12):',
    '  a: hang (in part): It has no cursor.',
    '  b: cursor: It has no cursor.',
  ]);
  expect(failed).toBe(0);
});

test.each<[string, readonly Row[], RegExp, number]>([
  ['a check that failed, which counts as a test', [{ fault: 'hang', status: 'failed' }], /hang +FAILED/, 0],
  ['a fault that was never planted', [], /hang +MISSING/, 1],
  ['one runtime only', [{ fault: 'hang', runtimes: ['node'] }], /hang +MISSING/, 1],
  ['one that was skipped without a reason', [{ fault: 'hang', status: 'skipped' }], /hang +FAILED/, 0],
])('shows %s', (_, rows, shown, failed) => {
  const table = faultTable(
    [taskOf('x', rows), taskOf('y', [{ fault: 'hang' }])].slice(0, rows.length === 0 ? 2 : 1),
  );
  expect(table.lines.join('\n')).toMatch(shown);
  expect(table.failed).toBe(failed);
});

test('fails when too much does not apply, or when no connector has met a fault', () => {
  const many = Array.from({ length: 13 }, (_, index) => ({ fault: `fault ${index}`, ...skipped }));
  expect(faultTable([taskOf('x', many)]).failed).toBe(1);
  expect(faultTable([{ ...taskOf('x', []), report: undefined }]).failed).toBeGreaterThan(0);
  expect(faultTable([{ ...taskOf('x', []), report: '{' }]).failed).toBeGreaterThan(0);
});

test('says nothing where no connector was tested', () => {
  expect(faultTable([{ ...taskOf('x', []), folder: 'packages/core' }])).toEqual({ lines: [], failed: 0 });
});
