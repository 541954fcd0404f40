import type { LedgerStore } from '@midwatch/core/incident';
import { maxHistoryShown, parseAnalysisQuery, positionOf } from '../analysis-query.js';
import {
  analysisTexts,
  type LedgerKey,
  type OutcomeRow,
  outcomeTexts,
  ratingTexts,
  toAnalysis,
  toOutcome,
  toRating,
} from '../ledger-rows.js';
import { toPage } from '../page-cursor.js';
import type { PreparedEffects } from '../prepare-effects.js';
import { toStoredText } from '../stored-text.js';
import type { MemoryTables } from './memory-tables.js';
import { settledRecord } from './settled-record.js';
import { tally } from './tally.js';
import { tallyShadows } from './tally-shadows.js';

type Ledger = Pick<MemoryTables, 'analyses' | 'outcomes' | 'ratings'>;

export function createMemoryLedger(tables: MemoryTables): LedgerStore {
  const newest = <Row extends LedgerKey>(rows: readonly Row[], incidentId: string) =>
    rows.filter(({ incident_id }) => incident_id === incidentId).slice(-maxHistoryShown);
  return {
    async history(incidentId) {
      const id = toStoredText(incidentId, "an incident's id");
      return {
        analyses: newest(tables.analyses, id).map((row) => toAnalysis(row)),
        outcomes: newest(tables.outcomes, id).map((row) => toOutcome(row)),
        ratings: newest(tables.ratings, id).map((row) => toRating(row)),
      };
    },
    async listAnalyses(query) {
      const { after, fromMs, limit, toMs } = parseAnalysisQuery(query);
      const rows = tables.analyses
        .filter(({ at_ms }) => at_ms >= fromMs && at_ms < toMs)
        .filter((row) => after === undefined || compareKeys(row, after) > 0)
        .toSorted(compareKeys);
      return toPage(
        rows.slice(0, limit + 1),
        limit,
        (row) => {
          const standing = findOutcome(tables, row.incident_id);
          return { ...toAnalysis(row), ...(standing && { outcome: toOutcome(standing) }) };
        },
        positionOf,
      );
    },
    tally: async (request) => tally(tables, request),
    tallyShadows: async (request) => tallyShadows(tables, request),
    settledRecord: async (request) => settledRecord(tables, request),
  };
}

export function findOutcome({ outcomes }: Ledger, incidentId: string): OutcomeRow | undefined {
  return outcomes.findLast(({ incident_id }) => incident_id === incidentId);
}

export function writeLedger(
  tables: MemoryTables,
  { analyses, outcome, rating, owner, silence }: PreparedEffects,
  incidentId: string,
  nowMs: number,
): void {
  const incident = tables.incidents.get(incidentId);
  const keyIn = (rows: readonly LedgerKey[]): LedgerKey => {
    const last = rows.findLast(({ incident_id }) => incident_id === incidentId);
    return { incident_id: incidentId, number: (last?.number ?? 0) + 1, at_ms: nowMs };
  };
  for (const row of analyses)
    tables.analyses.push({ ...keyIn(tables.analyses), service: incident?.service ?? null, ...row });
  if (outcome !== undefined) tables.outcomes.push({ ...keyIn(tables.outcomes), ...outcome });
  if (rating !== undefined) tables.ratings.push({ ...keyIn(tables.ratings), ...rating });
  if (incident !== undefined) Object.assign(incident, owner, silence);
}

/** Figures stay when their incident is deleted. */
export function forgetTexts(tables: Ledger, incidentIds: ReadonlySet<string>): void {
  const forget = (rows: readonly LedgerKey[], texts: object) => {
    for (const row of rows) if (incidentIds.has(row.incident_id)) Object.assign(row, texts);
  };
  forget(tables.analyses, analysisTexts);
  forget(tables.outcomes, outcomeTexts);
  forget(tables.ratings, ratingTexts);
}

/** Deletes the oldest. */
export function pruneRows(rows: LedgerKey[], beforeMs: number, limit: number): number {
  const old = new Set(
    rows
      .filter(({ at_ms }) => at_ms < beforeMs)
      .toSorted(compareKeys)
      .slice(0, limit),
  );
  const kept = rows.filter((row) => !old.has(row));
  rows.splice(0, rows.length, ...kept);
  return old.size;
}

function compareKeys(one: LedgerKey, other: LedgerKey): number {
  if (one.at_ms !== other.at_ms) return one.at_ms - other.at_ms;
  if (one.incident_id !== other.incident_id) return one.incident_id < other.incident_id ? -1 : 1;
  return one.number - other.number;
}
