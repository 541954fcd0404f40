import type { LedgerStore } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { maxHistoryShown, parseAnalysisQuery, positionOf } from '../analysis-query.js';
import {
  type AnalysisRow,
  type OutcomeRow,
  type RatingRow,
  toAnalysis,
  toOutcome,
  toRating,
} from '../ledger-rows.js';
import { toPage } from '../page-cursor.js';
import { toStoredText } from '../stored-text.js';
import { settledRecord } from './settled-record.js';
import type { SqlSession } from './sql-engine.js';
import { tally } from './tally.js';
import { tallyShadows } from './tally-shadows.js';

/** An analysis beside its incident's newest outcome, whose columns have other names. */
type JoinedRow = AnalysisRow & {
  outcome_at_ms: number | null;
  judgement: OutcomeRow['judgement'];
  outcome_service: string | null;
  cause: string | null;
  said_by: string | null;
  via: OutcomeRow['via'];
};

export function createSqlLedger(session: SqlSession): LedgerStore {
  return {
    async history(incidentId) {
      const id = toStoredText(incidentId, "an incident's id");
      const newest = (table: string) =>
        sql`select * from ${sql.table(table)} where incident_id = ${id} order by number desc limit ${maxHistoryShown}`;
      const [analyses, outcomes, ratings] = (await session.runAll([
        newest('analysis'),
        newest('outcome'),
        newest('rating'),
      ])) as readonly [readonly AnalysisRow[], readonly OutcomeRow[], readonly RatingRow[]];
      return {
        analyses: analyses.toReversed().map((row) => toAnalysis(row)),
        outcomes: outcomes.toReversed().map((row) => toOutcome(row)),
        ratings: ratings.toReversed().map((row) => toRating(row)),
      };
    },
    async listAnalyses(query) {
      const { after, fromMs, limit, toMs } = parseAnalysisQuery(query);
      const isAfter =
        after === undefined
          ? sql`1 = 1`
          : sql`(analysis.at_ms, analysis.incident_id, analysis.number)
              > (${after.at_ms}, ${after.incident_id}, ${after.number})`;
      const rows = await session.run<JoinedRow>(sql`select analysis.*, standing.at_ms as outcome_at_ms,
          standing.judgement, standing.service as outcome_service, standing.cause, standing.said_by, standing.via
        from analysis left join outcome as standing on standing.incident_id = analysis.incident_id
          and standing.number = (select max(number) from outcome where incident_id = analysis.incident_id)
        where analysis.at_ms >= ${fromMs} and analysis.at_ms < ${toMs} and ${isAfter}
        order by analysis.at_ms, analysis.incident_id, analysis.number limit ${limit + 1}`);
      return toPage(rows, limit, toSettled, positionOf);
    },
    tally: (request) => tally(session, request),
    tallyShadows: (request) => tallyShadows(session, request),
    settledRecord: (request) => settledRecord(session, request),
  };
}

function toSettled(row: JoinedRow) {
  const { cause, judgement, outcome_at_ms: at_ms, outcome_service: service, said_by, via } = row;
  return {
    ...toAnalysis(row),
    ...(at_ms === null ? {} : { outcome: toOutcome({ at_ms, judgement, service, cause, said_by, via }) }),
  };
}
