/**
 * What the conformance suite wrote beside a test.
 * @typedef {{ id: string, fault?: string, runtime: string, skipped?: string }} Conformance
 * @typedef {{ name: string, status: string, conformance: Conformance }} Check
 * @typedef {{ name: string, checks: Check[] }} Connector
 */

/** Every connector meets every fault, but for so many cells, each with its reason. */
const maxNotApplicable = 12;
const runtimes = ['node', 'workerd'];

/**
 * @param {readonly import('./totals.mjs').TestTask[]} tasks
 * @returns {Connector[]}
 */
function connectorsOf(tasks) {
  return tasks
    .filter(({ folder }) => folder.startsWith('packages/connector-'))
    .map(({ folder, report }) => ({
      name: folder.replace('packages/connector-', ''),
      checks: checksOf(report ?? '{}'),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** @param {string} report @returns {Check[]} */
function checksOf(report) {
  /** @type {{ testResults?: { assertionResults: { ancestorTitles: string[], status: string, meta?: { conformance?: Conformance } }[] }[] }} */
  let parsed;
  try {
    parsed = JSON.parse(report);
  } catch {
    return [];
  }
  return (parsed.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .flatMap(({ ancestorTitles, status, meta }) =>
      meta?.conformance === undefined
        ? []
        : [{ name: ancestorTitles[0] ?? '', status, conformance: meta.conformance }],
    );
}

/** @param {readonly Check[]} checks */
function cellOf(checks) {
  if (checks.some(({ status, conformance }) => status !== 'passed' && conformance.skipped === undefined))
    return 'FAILED';
  if (runtimes.some((runtime) => !checks.some(({ conformance }) => conformance.runtime === runtime)))
    return 'MISSING';
  return checks.every(({ conformance }) => conformance.skipped !== undefined) ? 'n/a' : 'ok';
}

/** @param {readonly (readonly string[])[]} rows */
function aligned(rows) {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/**
 * The faults that connectors meet, as the conformance suite of each reported them.
 * @param {readonly import('./totals.mjs').TestTask[]} tasks
 * @returns {{ lines: string[], failed: number }} no lines when no connector was tested
 */
export function faultTable(tasks) {
  const connectors = connectorsOf(tasks);
  if (connectors.length === 0) return { lines: [], failed: 0 };
  const all = connectors.flatMap(({ checks }) => checks);
  const faults = [...new Set(all.flatMap(({ conformance }) => conformance.fault ?? []))];
  const cells = faults.flatMap((fault) =>
    connectors.map(({ name, checks }) => {
      const own = checks.filter(({ conformance }) => conformance.fault === fault);
      return { fault, name, own, cell: cellOf(own) };
    }),
  );
  const rows = faults.map((fault) => [
    fault,
    ...cells.filter((it) => it.fault === fault).map(({ cell }) => cell),
  ]);
  const runtimeRows = runtimes.map((runtime) => [
    `all checks in ${runtime}`,
    ...connectors.map(({ checks }) =>
      cellIn(checks.filter(({ conformance }) => conformance.runtime === runtime)),
    ),
  ]);
  const notApplicable = cells.filter(({ cell }) => cell === 'n/a').length;
  const lines = [
    'What goes wrong at `fetch`, and at streams of files, against what connectors do (ok: in Node and in workerd):',
    ...aligned([['', ...connectors.map(({ name }) => name)], ...rows, ...runtimeRows]),
    `${cells.length} cells, ${notApplicable} not applicable (at most ${maxNotApplicable}):`,
    ...reasonsOf(cells),
  ];
  const wrong = [...cells.map(({ cell }) => cell), ...runtimeRows.flatMap((row) => row.slice(1))];
  const missing = wrong.filter((cell) => cell === 'MISSING').length;
  if (missing > 0) lines.push(`FAILED: ${missing} cells of the table are missing`);
  if (faults.length === 0) lines.push('FAILED: no connector has met a fault');
  const tooMany = notApplicable > maxNotApplicable;
  if (tooMany) lines.push(`FAILED: more than ${maxNotApplicable} cells are not applicable`);
  // What failed is counted as a test already.
  return { lines, failed: (missing > 0 ? 1 : 0) + (tooMany ? 1 : 0) + (faults.length === 0 ? 1 : 0) };
}

/** @param {readonly Check[]} checks */
function cellIn(checks) {
  if (checks.length === 0) return 'MISSING';
  const bad = checks.some(
    ({ status, conformance }) => status !== 'passed' && conformance.skipped === undefined,
  );
  return bad ? 'FAILED' : `ok ${checks.filter(({ status }) => status === 'passed').length}`;
}

/** @param {readonly { fault: string, name: string, own: readonly Check[], cell: string }[]} cells */
function reasonsOf(cells) {
  const skipped = cells.flatMap(({ fault, name, own, cell }) =>
    own.flatMap(({ conformance }) =>
      conformance.skipped === undefined
        ? []
        : [`${name}: ${fault}${cell === 'n/a' ? '' : ' (in part)'}: ${conformance.skipped}`],
    ),
  );
  return [...new Set(skipped)].sort().map((text) => `  ${text}`);
}
