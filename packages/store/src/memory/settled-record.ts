import type { SettledCount, SettledRecordRequest } from '@midwatch/core/incident';
import { parseSettledRequest, toSettledCount } from '../settled-rows.js';
import type { MemoryTables } from './memory-tables.js';
import { isJudged, standingRows } from './tally.js';

/** The rows that the SQL engines' statement gives, from lists. */
export function settledRecord(tables: MemoryTables, request: SettledRecordRequest): readonly SettledCount[] {
  const { fromMs, toMs } = parseSettledRequest(request);
  const alike = new Map<string, SettledCount>();
  const people = tables.outcomes.filter(({ via }) => via !== 'action');
  const counts = new Map([...tables.outcomes, ...people].map((each) => [each.incident_id, each]));
  for (const row of standingRows(tables, counts).values()) {
    if (row.at_ms < fromMs || row.at_ms >= toMs || row.verdict === 'insufficient-evidence') continue;
    const outcome = counts.get(row.incident_id);
    if (!isJudged(row, outcome)) continue;
    const one = toSettledCount({
      ...row,
      level: row.uncalibrated_confidence ?? row.confidence ?? '',
      shown_level: row.confidence ?? '',
      ...{ judgement: outcome.judgement, via: outcome.via },
      ...{ count: 1, first_at_ms: row.at_ms, last_at_ms: row.at_ms },
    });
    const { count: _, firstAtMs: __, lastAtMs: ___, ...key } = one;
    const words = JSON.stringify(key);
    const before = alike.get(words);
    alike.set(
      words,
      before === undefined
        ? one
        : {
            ...one,
            count: before.count + 1,
            firstAtMs: Math.min(before.firstAtMs, one.firstAtMs),
            lastAtMs: Math.max(before.lastAtMs, one.lastAtMs),
          },
    );
  }
  return [...alike.values()];
}
