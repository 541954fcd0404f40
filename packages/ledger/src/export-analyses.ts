import type { LedgerStore, SettledAnalysis } from '@midwatch/core/incident';

export interface ExportQuery {
  readonly fromMs: number;
  /** Not included. */
  readonly toMs: number;
  /** `next` of the last line of an earlier export. */
  readonly cursor?: string;
  /** @default 100,000 */
  readonly maxRecords?: number;
}

const PAGE = 200;
const MAX_RECORDS = 100_000;

/**
 * JSON lines, a page of the ledger at a time: each analysis with its incident's newest outcome, ascending in time, redacted as it
 * is kept, and without the names of people. Where there are more than `maxRecords`, the last line is `{"next": cursor}`.
 */
export async function* exportAnalyses(
  ledger: Pick<LedgerStore, 'listAnalyses'>,
  { cursor, fromMs, maxRecords = MAX_RECORDS, toMs }: ExportQuery,
): AsyncGenerator<string, undefined> {
  let after = cursor;
  for (let left = maxRecords; left > 0; ) {
    const limit = Math.min(PAGE, left);
    const page = await ledger.listAnalyses({
      fromMs,
      toMs,
      limit,
      ...(after === undefined ? {} : { cursor: after }),
    });
    left -= page.items.length;
    after = page.next;
    const lines = page.items.map((analysis) => `${JSON.stringify(toLine(analysis))}\n`);
    if (after !== undefined && left <= 0) lines.push(`${JSON.stringify({ next: after })}\n`);
    // A body begins also where there is nothing.
    yield lines.join('');
    if (after === undefined) return undefined;
  }
  return undefined;
}

function toLine({ outcome, ...analysis }: SettledAnalysis) {
  if (outcome === undefined) return analysis;
  const { by: _, ...settled } = outcome;
  return { ...analysis, outcome: settled };
}
