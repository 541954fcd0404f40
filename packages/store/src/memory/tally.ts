import type { Tally, TallyDimension, TallyRequest } from '@midwatch/core/incident';
import type { AnalysisRow, OutcomeRow, RatingRow } from '../ledger-rows.js';
import {
  maxTallyNames,
  type PercentileRow,
  type PreparedTally,
  periodStartOf,
  prepareTally,
  toTallies,
} from '../tally-rows.js';
import type { MemoryTables } from './memory-tables.js';

const isShown = (row: AnalysisRow) => row.was_shown === 1 && row.is_shadow === 0 && row.verdict !== null;

/** The rows that the SQL engines' statements give, from lists. */
export function tally(tables: MemoryTables, request: TallyRequest): readonly Tally[] {
  const prepared = prepareTally(request);
  const { by, fromMs, period, toMs } = prepared;
  const isWithin = (atMs: number) => atMs >= fromMs && atMs < toMs;
  const newest = new Map(tables.outcomes.map((row) => [row.incident_id, row]));
  const standingOf = standingRows(tables, newest);
  const standing = [...standingOf.values()].filter(({ at_ms }) => isWithin(at_ms));
  const billed = tables.analyses.filter((row) => isWithin(row.at_ms) && row.answered_by !== null);
  const unattempted = [...tables.incidents.values()].filter(
    ({ id, opened_at_ms }) => isWithin(opened_at_ms) && !standingOf.has(id),
  );
  const toPart = createToPart(prepared, standing);
  const partOf = (row: AnalysisRow) => toPart(analysisKey(row, prepared));
  const groups = [...Map.groupBy(standing, partOf)];
  const toPercentiles = (timeOf: (row: AnalysisRow) => number | undefined) =>
    groups.flatMap(([part, rows]) =>
      percentileRows(
        part,
        rows.flatMap((row) => timeOf(row) ?? []),
      ),
    );
  return toTallies(prepared, {
    standing: countAlike(
      standing.map((row) => ({ part: partOf(row), ...judgedRow(row, newest.get(row.incident_id)) })),
    ),
    unattempted: countAlike(
      unattempted.map(({ opened_at_ms, service }) => ({
        part: toPart(
          period !== undefined
            ? periodStartOf(opened_at_ms, period)
            : by === 'service'
              ? (service ?? '')
              : null,
        ),
      })),
    ),
    usefulness: groups.map(([part, rows]) => {
      const ids = new Set(rows.map(({ incident_id }) => incident_id));
      const scores = newestScores(tables.ratings.filter(({ incident_id }) => ids.has(incident_id)));
      return { part, count: scores.length, sum: sumOf(scores) };
    }),
    timeToBrief: toPercentiles(({ brief_ms }) => brief_ms),
    timeToResolve: toPercentiles(({ incident_id }) => {
      const incident = tables.incidents.get(incident_id);
      return incident?.resolved_at_ms == null ? undefined : incident.resolved_at_ms - incident.opened_at_ms;
    }),
    cost: [...Map.groupBy(billed, partOf)].map(([part, rows]) => ({
      part,
      count: rows.length,
      nano_usd: sumOf(rows.map(({ nano_usd }) => nano_usd ?? 0)),
      unknown_prices: rows.filter(({ nano_usd }) => nano_usd === null).length,
    })),
  });
}

/** By incident: the newest that people were shown, or that stood when they judged; none was there then: the newest. */
export function standingRows(
  { analyses }: Pick<MemoryTables, 'analyses'>,
  outcomes: ReadonlyMap<string, OutcomeRow>,
): ReadonlyMap<string, AnalysisRow> {
  const shown = analyses.filter((row) => isShown(row));
  const judged = shown.filter((row) => isJudged(row, outcomes.get(row.incident_id)));
  return new Map([...shown, ...judged].map((row) => [row.incident_id, row]));
}

/** What was said before it was there was said of another. */
export function isJudged(
  { at_ms }: Pick<AnalysisRow, 'at_ms'>,
  outcome: OutcomeRow | undefined,
): outcome is OutcomeRow {
  return outcome !== undefined && outcome.at_ms >= at_ms;
}

const keyOf: Readonly<Record<Exclude<TallyDimension, 'day' | 'week'>, (row: AnalysisRow) => string>> = {
  service: ({ service }) => service ?? '',
  'source-set': ({ source_set }) => source_set,
  model: ({ analyzer, model }) => model ?? analyzer,
  'prompt-version': ({ prompt_version }) => prompt_version ?? '',
};

function analysisKey(row: AnalysisRow, { by, period }: PreparedTally): string | number {
  if (period !== undefined) return periodStartOf(row.at_ms, period);
  return by === undefined || by === 'day' || by === 'week' ? '' : keyOf[by](row);
}

function createToPart(
  prepared: PreparedTally,
  standing: readonly AnalysisRow[],
): (key: string | number | null) => string {
  const { by, period } = prepared;
  if (by === undefined) return () => 'all';
  if (period !== undefined) return (key) => (Number(key) < period.firstMs ? 'other' : `=${key}`);
  const keys = [...Map.groupBy(standing, (row) => String(analysisKey(row, prepared)))];
  const most = keys.toSorted(
    ([one, { length: ones }], [other, { length: others }]) => others - ones || (one < other ? -1 : 1),
  );
  const names = new Set(most.slice(0, maxTallyNames).map(([key]) => key));
  if (names.size === 0) names.add('');
  return (key) => (key !== null && names.has(String(key)) ? `=${key}` : 'other');
}

function judgedRow(row: AnalysisRow, outcome: OutcomeRow | undefined) {
  const { confidence, first_service, services, verdict } = row;
  const truth = outcome?.service ?? null;
  const named: readonly string[] = JSON.parse(services);
  const place = truth === first_service ? 'first' : named.includes(truth ?? '') ? 'among-three' : 'not-named';
  return {
    verdict: verdict ?? '',
    confidence: confidence ?? '',
    judgement: isJudged(row, outcome) ? outcome.judgement : null,
    place: truth === null ? null : place,
  };
}

/** Who said it is gone with a deleted incident: then nobody's score stands for another. */
function newestScores(ratings: readonly RatingRow[]): number[] {
  const newest = new Map(
    ratings.map((row) => [JSON.stringify([row.incident_id, row.said_by ?? row.number]), row.score] as const),
  );
  return [...newest.values()];
}

/** By nearest rank. */
function percentileRows(part: string, values: readonly number[]): PercentileRow[] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
  return sorted.length === 0 ? [] : [{ part, count: sorted.length, p50: at(50), p95: at(95) }];
}

function countAlike<Row extends object>(rows: readonly Row[]): (Row & { readonly count: number })[] {
  const alike = Map.groupBy(rows, (row) => JSON.stringify(row));
  return [...alike.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ ...first, count: 1 + more.length }],
  );
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
