import type { Collection, SourceReport } from '@midwatch/core/incident';
import { quote, toLine } from './quote.js';

/** From the best to the worst thing that happened to a source: the line of a group names the worst. */
const order = ['ok', 'empty', 'not-configured', 'not-asked', 'partial', 'failed'] as const;

/** One line for each connector and kind of signal: state, counts, gaps. Readers must see what was not looked at. */
export function sourceLines(collection: Collection): readonly string[] {
  const groups = new Map<string, SourceReport[]>();
  for (const report of collection.sources) {
    const key = `${report.connectorId}\u0000${report.kind}`;
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups.values()].map(groupLine);
}

function groupLine(reports: readonly SourceReport[]): string {
  const [first] = reports;
  if (first === undefined) return '';
  const name = first.connectorId === '' ? first.kind : `${first.connectorId} ${first.kind}`;
  const states = reports.map(({ state }) => state);
  const worst = order.findLast((state) => states.includes(state)) ?? 'ok';
  const read = reports.reduce((sum, { signalCount }) => sum + signalCount, 0);
  const failures = reports.flatMap(({ error }) => (error === undefined ? [] : [error.message]));
  // The query of what went worst: it is the one that a person will want to run.
  const query = reports.find(({ state }) => state === worst)?.provenance[0]?.text;
  const parts = [
    `${name}: ${worst}`,
    ...(worst === 'not-configured' ? [] : [`${reports.length} queries`, `${read} read`]),
    ...gapWords(reports),
    ...[...new Set(failures)].slice(0, 2).map((message) => toLine(message, 160)),
    ...(query === undefined ? [] : [`query ${quote(query, 160)}`]),
  ];
  return parts.join(', ');
}

function gapWords(reports: readonly SourceReport[]): readonly string[] {
  const counts = new Map<string, { count: number; exact: boolean }>();
  for (const { gaps } of reports) {
    for (const { reason, missing } of gaps) {
      const known = counts.get(reason) ?? { count: 0, exact: true };
      counts.set(reason, {
        count: known.count + (missing?.count ?? 0),
        exact: known.exact && missing?.exact === true,
      });
    }
  }
  return [...counts].map(([reason, { count, exact }]) => {
    if (count === 0) return `gap ${reason}`;
    return `gap ${reason} (${exact ? '' : 'at least '}${count} not read)`;
  });
}
