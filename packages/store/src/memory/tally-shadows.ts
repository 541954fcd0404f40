import type { ShadowTally, TallyRequest } from '@midwatch/core/incident';
import type { AnalysisRow } from '../ledger-rows.js';
import { type ShadowRow, toShadowTallies } from '../shadow-rows.js';
import { prepareTally } from '../tally-rows.js';
import type { MemoryTables } from './memory-tables.js';

/** The rows that the SQL engines' statement gives, from lists. */
export function tallyShadows(
  tables: MemoryTables,
  request: Pick<TallyRequest, 'fromMs' | 'toMs'>,
): readonly ShadowTally[] {
  const { fromMs, toMs } = prepareTally(request);
  const ofIncident = Map.groupBy(tables.analyses, ({ incident_id }) => incident_id);
  const asked = tables.analyses
    .filter(({ at_ms, is_shadow }) => is_shadow === 1 && at_ms >= fromMs && at_ms < toMs)
    .flatMap((shadow) => {
      const all = ofIncident.get(shadow.incident_id) ?? [];
      const beside = all.filter(({ is_shadow, look }) => is_shadow === 0 && look === shadow.look);
      const first = beside.find(({ analyze_ms }) => analyze_ms !== null);
      if (first === undefined) return [];
      const shown = beside.findLast((row) => isShown(row));
      const newest = all.findLast(({ is_shadow, verdict }) => is_shadow === 1 && verdict !== null);
      return [{ key: toKey(first, shadow), shadow, beside, shown, isNewest: newest === shadow }];
    });
  const pairs = asked.flatMap(({ shown, ...pair }) =>
    shown !== undefined && pair.isNewest ? [{ ...pair, shown }] : [],
  );
  const rows: ShadowRow[] = pairs.map(({ key, shadow, shown }) => ({
    ...emptyRow,
    ...key,
    ...{ measure: 'pair', count: 1 },
    ...compare(shown, shadow, tables),
  }));
  for (const same of Map.groupBy(pairs, ({ key }) => JSON.stringify(key)).values()) {
    const key = same[0]?.key as Key;
    const shadows = same.flatMap(({ beside: _, shadow }) =>
      (ofIncident.get(shadow.incident_id) ?? []).filter(
        ({ is_shadow, look }) => is_shadow === 1 && look === shadow.look,
      ),
    );
    rows.push(
      took(
        'shown',
        key,
        same.flatMap(({ beside }) => beside),
      ),
      took('shadow', key, shadows),
      ...times(
        'shown-time',
        key,
        same.map(({ beside }) => sumOf(beside.map(({ analyze_ms }) => analyze_ms))),
      ),
      ...times(
        'shadow-time',
        key,
        same.flatMap(({ shadow }) => shadow.analyze_ms ?? []),
      ),
    );
  }
  for (const same of Map.groupBy(asked, ({ key }) => JSON.stringify(key)).values()) {
    const key = same[0]?.key as Key;
    for (const measure of ['failed', 'not-asked'] as const)
      rows.push({
        ...emptyRow,
        ...key,
        measure,
        count: same.filter(({ shadow }) => shadow.state === measure).length,
      });
    const sinceMs = Math.min(...same.map(({ shadow }) => shadow.at_ms));
    const failed = tables.analyses.filter(
      (row) =>
        row.is_shadow === 0 &&
        row.state === 'failed' &&
        row.at_ms >= sinceMs &&
        row.at_ms < toMs &&
        isOf(row, key),
    );
    rows.push({ ...emptyRow, ...key, measure: 'shown-failed', count: failed.length });
  }
  return toShadowTallies(countAlike(rows));
}

type Key = ReturnType<typeof toKey>;

const emptyRow = {
  ...{ service: null, same_verdict: null, shown_confidence: null, shadow_confidence: null },
  ...{ settled: null, shown_right: null, shadow_right: null, first: null, second: null },
} as const;

const isShown = (row: AnalysisRow) => row.was_shown === 1 && row.is_shadow === 0 && row.verdict !== null;

function toKey(shown: AnalysisRow, shadow: AnalysisRow) {
  return {
    shown_analyzer: shown.analyzer,
    shown_model: shown.model,
    shown_prompt: shown.prompt_version,
    shadow_analyzer: shadow.analyzer,
    shadow_model: shadow.model,
    shadow_prompt: shadow.prompt_version,
  };
}

function isOf({ analyzer, model, prompt_version }: AnalysisRow, key: Key): boolean {
  return analyzer === key.shown_analyzer && model === key.shown_model && prompt_version === key.shown_prompt;
}

function compare(shown: AnalysisRow, shadow: AnalysisRow, tables: MemoryTables): Partial<ShadowRow> {
  const [said, beside] = [namedBy(shown), namedBy(shadow)];
  const outcome = tables.outcomes.findLast(
    ({ incident_id, via }) => incident_id === shadow.incident_id && via !== 'action',
  );
  const isSettled = outcome !== undefined && outcome.judgement !== 'unknown';
  const stood = tables.analyses.findLast(
    (row) => row.incident_id === shadow.incident_id && isShown(row) && row.at_ms <= (outcome?.at_ms ?? 0),
  );
  const rightWithoutName = outcome?.judgement === 'right' && stood !== undefined ? namedBy(stood) : null;
  const truth = isSettled ? (outcome.service ?? rightWithoutName) : null;
  return {
    service: said === null || beside === null ? 'not-both' : said === beside ? 'same' : 'other',
    same_verdict: Number(shown.verdict === shadow.verdict),
    shown_confidence: confidenceOf(shown),
    shadow_confidence: confidenceOf(shadow),
    settled: Number(isSettled),
    shown_right: truth === null ? null : Number(said === truth),
    shadow_right: truth === null ? null : Number(beside === truth),
  };
}

function namedBy({ first_service, verdict }: AnalysisRow): string | null {
  return verdict === 'cause-found' || verdict === 'candidates' ? first_service : null;
}

function confidenceOf({ confidence, uncalibrated_confidence, verdict }: AnalysisRow): string | null {
  return verdict === 'insufficient-evidence' ? null : (uncalibrated_confidence ?? confidence);
}

function took(measure: 'shown' | 'shadow', key: Key, answers: readonly AnalysisRow[]): ShadowRow {
  const billed = answers.filter(({ answered_by }) => answered_by !== null);
  return {
    ...{ ...emptyRow, ...key, measure, count: billed.length },
    first: sumOf(billed.map(({ nano_usd }) => nano_usd)),
    second: billed.filter(({ nano_usd }) => nano_usd === null).length,
  };
}

/** By nearest rank. */
function times(measure: 'shown-time' | 'shadow-time', key: Key, values: readonly number[]): ShadowRow[] {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (percent: number) => sorted[Math.ceil((sorted.length * percent) / 100) - 1] ?? null;
  if (sorted.length === 0) return [];
  return [{ ...emptyRow, ...key, measure, count: sorted.length, first: at(50), second: at(95) }];
}

function countAlike(rows: readonly ShadowRow[]): ShadowRow[] {
  const pairs = Map.groupBy(
    rows.filter(({ measure }) => measure === 'pair'),
    (row) => JSON.stringify(row),
  );
  const counted = [...pairs.values()].flatMap(([first, ...more]) =>
    first === undefined ? [] : [{ ...first, count: 1 + more.length }],
  );
  // What counts nothing is no row of a database either.
  const others = rows.filter(({ count, measure }) => measure !== 'pair' && Number(count) > 0);
  return [...others, ...counted];
}

function sumOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
}
