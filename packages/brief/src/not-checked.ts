import type { BriefNotChecked, BriefQuery, CollectionSummary, SourceReport } from '@midwatch/core/incident';

/** The worst first: what could not be looked at matters more than what was cut. */
const severity = { failed: 0, 'not-asked': 1, partial: 2, 'not-configured': 3 } as const;
type Unchecked = keyof typeof severity;

function isUnchecked(state: SourceReport['state']): state is Unchecked {
  return Object.hasOwn(severity, state);
}

/** One line for each source and kind of signal that was not, or not wholly, looked at, with the query that was tried. */
export function toNotChecked(collection: CollectionSummary): readonly BriefNotChecked[] {
  const worst = new Map<string, SourceReport & { readonly state: Unchecked }>();
  for (const report of collection.sources) {
    const { state } = report;
    if (!isUnchecked(state)) continue;
    const key = `${report.connectorId}\u0000${report.kind}`;
    const known = worst.get(key);
    if (known === undefined || severity[state] < severity[known.state]) worst.set(key, { ...report, state });
  }
  return [...worst.values()]
    .sort((one, other) => severity[one.state] - severity[other.state])
    .map((report) => {
      const query = triedQuery(report);
      return {
        source: report.connectorId,
        kind: report.kind,
        state: report.state,
        reason: reasonOf(report),
        ...(query === undefined ? {} : { query }),
      };
    });
}

function reasonOf(report: SourceReport): string {
  if (report.error !== undefined) return report.error.message;
  if (report.state === 'not-configured') return `no connector brings ${report.kind}`;
  const reasons = new Map<string, number>();
  for (const { reason, missing } of report.gaps)
    reasons.set(reason, (reasons.get(reason) ?? 0) + (missing?.count ?? 0));
  const gaps = [...reasons].map(([reason, count]) =>
    count > 0 ? `${reason} (at least ${count} missing)` : reason,
  );
  return gaps.length === 0 ? 'outside of what it covers' : gaps.join(', ');
}

function triedQuery({ connectorId, provenance }: SourceReport): BriefQuery | undefined {
  const first = provenance[0];
  if (first === undefined) return undefined;
  const { language, text, window, url } = first;
  const link = url === undefined ? {} : { url };
  return { connectorId, language, text, startMs: window.startMs, endMs: window.endMs, ...link };
}
