import type { BriefNotChecked, BriefQuery, CollectionSummary, SourceReport } from '@midwatch/core/incident';
import { toGapTexts } from './gap-text.js';
import type { LinkRule } from './safe-link.js';

/** The worst first: what could not be looked at matters more than what was cut. */
const severity = { failed: 0, 'not-asked': 1, partial: 2, 'not-configured': 3 } as const;
type Unchecked = keyof typeof severity;

function isUnchecked(state: SourceReport['state']): state is Unchecked {
  return Object.hasOwn(severity, state);
}

/** One line for each source and kind of signal that was not, or not wholly, looked at, with the query that was tried. */
export function toNotChecked(collection: CollectionSummary, links: LinkRule): readonly BriefNotChecked[] {
  const worst = new Map<string, Reports>();
  for (const report of collection.sources) {
    const { state } = report;
    if (!isUnchecked(state)) continue;
    const key = `${report.connectorId}\u0000${report.kind}`;
    const known = worst.get(key);
    if (known === undefined || severity[state] < severity[known.state])
      worst.set(key, { state, first: report, all: [report] });
    else if (state === known.state) known.all.push(report);
  }
  return [...worst.values()]
    .sort((one, other) => severity[one.state] - severity[other.state])
    .map(({ all, first, state }) => {
      const query = triedQuery(first, links);
      return {
        source: first.connectorId,
        kind: first.kind,
        state,
        reason: reasonOf(first, all),
        ...(query === undefined ? {} : { query }),
      };
    });
}

/** What one source was asked of one kind with the same end. */
interface Reports {
  readonly state: Unchecked;
  readonly first: SourceReport;
  readonly all: SourceReport[];
}

function reasonOf(first: SourceReport, all: readonly SourceReport[]): string {
  if (first.error !== undefined) return first.error.message;
  if (first.state === 'not-configured') return `no connector brings ${first.kind}`;
  const texts = toGapTexts(all.map(({ gaps }) => gaps));
  return texts.length === 0 ? 'outside of what it covers' : texts.join(', ');
}

function triedQuery(
  { connectorId, provenance }: SourceReport,
  { toQuery }: LinkRule,
): BriefQuery | undefined {
  const [first] = provenance;
  return first === undefined ? undefined : toQuery(connectorId, first);
}
