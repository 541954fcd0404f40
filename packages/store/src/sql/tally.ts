import type { Tally, TallyDimension, TallyRequest } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import {
  type CostRow,
  maxTallyNames,
  type PercentileRow,
  type PreparedTally,
  prepareTally,
  type StandingRow,
  toTallies,
  type UnattemptedRow,
} from '../tally-rows.js';
import type { SqlSession } from './sql-engine.js';

type Fragment = RawBuilder<unknown>;

/** What people were shown, and what says something. */
const isShown = (table: string) => {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`${column('was_shown')} = 1 and ${column('is_shadow')} = 0 and ${column('verdict')} is not null`;
};

/** What stands is read once: the analyses of the window by their index, and beside each what hangs on its incident by a key. */
export async function tally(session: SqlSession, request: TallyRequest): Promise<readonly Tally[]> {
  const prepared = prepareTally(request);
  const names = await readNames(session, prepared);
  const part = (key: Fragment) => partOf(prepared, key, names);
  const [standing, unattempted, cost] = (await session.runAll([
    readStanding(session, prepared, part),
    countUnattempted(prepared, part),
    sumCosts(prepared, part),
  ])) as readonly [readonly StandingPart[], readonly UnattemptedRow[], readonly CostRow[]];
  const of = (measure: Measure) => standing.filter((row) => row.measure === measure);
  return toTallies(prepared, {
    ...{ standing: of('standing'), unattempted, cost },
    usefulness: of('usefulness').map(({ count, part: name, first }) => ({
      part: name,
      count,
      sum: first ?? 0,
    })),
    timeToBrief: of('brief').map((row) => toPercentileRow(row)),
    timeToResolve: of('resolve').map((row) => toPercentileRow(row)),
  });
}

type Measure = 'standing' | 'usefulness' | 'brief' | 'resolve';

/** One row of any of four tables, told apart by `measure`. */
interface StandingPart extends StandingRow {
  readonly measure: Measure;
  readonly first: number | string | null;
  readonly second: number | string | null;
}

function toPercentileRow({ count, first, part, second }: StandingPart): PercentileRow {
  return { part, count, p50: first, p95: second };
}

type ToPart = (key: Fragment) => Fragment;

/** The names that most records have. */
async function readNames(session: SqlSession, prepared: PreparedTally): Promise<readonly string[]> {
  if (prepared.by === undefined || prepared.period !== undefined) return [];
  const rows = await session.run<{ key: string }>(sql`select key from
    (select ${analysisKey(prepared)} as key from ${judgedAnalyses} where ${isStanding(prepared)}) as named
    group by key order by count(*) desc, key limit ${maxTallyNames}`);
  return rows.map(({ key }) => key);
}

const columns: Readonly<Record<Exclude<TallyDimension, 'day' | 'week'>, Fragment>> = {
  service: sql`coalesce(a.service, '')`,
  'source-set': sql`a.source_set`,
  model: sql`coalesce(a.model, a.analyzer)`,
  'prompt-version': sql`coalesce(a.prompt_version, '')`,
};

function analysisKey({ by, period }: PreparedTally): Fragment {
  if (period !== undefined) return periodKey(sql`a.at_ms`, period);
  return by === undefined || by === 'day' || by === 'week' ? sql`''` : columns[by];
}

function periodKey(time: Fragment, { lengthMs, shiftMs }: NonNullable<PreparedTally['period']>): Fragment {
  return sql`${time} - (${time} + ${sql.lit(shiftMs)}) % ${sql.lit(lengthMs)}`;
}

function partOf({ by, period }: PreparedTally, key: Fragment, names: readonly string[]): Fragment {
  if (by === undefined) return sql`'all'`;
  if (period !== undefined)
    return sql`case when ${key} < ${period.firstMs} then 'other' else '=' || ${key} end`;
  // Always as many: one text of a statement for all.
  const padded = Array.from({ length: maxTallyNames }, (_, index) => names[index] ?? names[0] ?? '');
  return sql`case when ${key} in (${sql.join(padded)}) then '=' || ${key} else 'other' end`;
}

/** Each beside the newest outcome of its incident, or none. */
const judgedAnalyses = sql`analysis a left join outcome o on o.incident_id = a.incident_id
  and o.number = (select max(n.number) from outcome n where n.incident_id = a.incident_id)`;

/**
 * Of an incident's analyses the newest that people were shown, when it lies in the window; once they have judged, the newest of
 * those that stood then: who looks again must not inherit what was said of another answer. `o` is the outcome that counts.
 */
export function isStanding({ fromMs, toMs }: Pick<TallyRequest, 'fromMs' | 'toMs'>): Fragment {
  const last = sql`select max(s.number) from analysis s where s.incident_id = a.incident_id and ${isShown('s')}`;
  return sql`a.at_ms >= ${fromMs} and a.at_ms < ${toMs} and ${isShown('a')}
    and a.number = coalesce((${last} and s.at_ms <= o.at_ms), (${last}))`;
}

function readStanding({ dialect }: SqlSession, prepared: PreparedTally, part: ToPart): Fragment {
  return sql`with named as materialized (select ${analysisKey(prepared)} as key, a.incident_id as incident_id,
      a.verdict as verdict, a.confidence as confidence, a.first_service as first_service, a.services as services,
      a.brief_ms as brief_ms, case when o.at_ms >= a.at_ms then o.judgement end as judgement, o.service as truth,
      (select resolved_at_ms - opened_at_ms from incident where incident.id = a.incident_id) as resolve_ms
      from ${judgedAnalyses} where ${isStanding(prepared)}),
    placed as materialized (select ${part(sql`key`)} as part, incident_id, verdict, confidence, judgement, brief_ms, resolve_ms,
      case when truth is null then null when truth = first_service then 'first'
        when ${dialect.jsonListHas(sql`services`, sql`truth`)} then 'among-three' else 'not-named' end as place from named)
    select 'standing' as measure, part, verdict, confidence, judgement, place, count(*) as count,
      cast(null as bigint) as first, cast(null as bigint) as second
      from placed group by part, verdict, confidence, judgement, place
    union all select 'usefulness', part, null, null, null, null, count(*), sum(r.score), null
      from placed join rating r on r.incident_id = placed.incident_id where ${isNewest} group by part
    union all ${percentiles('brief', sql`brief_ms`)}
    union all ${percentiles('resolve', sql`resolve_ms`)}`;
}

/** Who said it is gone with a deleted incident: then nobody's score stands for another. */
const isNewest = sql`(r.said_by is null or r.number =
  (select max(n.number) from rating n where n.incident_id = r.incident_id and n.said_by = r.said_by))`;

/** By nearest rank. */
function percentiles(measure: Measure, value: Fragment): Fragment {
  return sql`select ${sql.lit(measure)}, part, null, null, null, null, max(among),
    max(case when rank = (among * 50 + 99) / 100 then value end), max(case when rank = (among * 95 + 99) / 100 then value end)
    from (select part, ${value} as value, row_number() over (partition by part order by ${value}) as rank,
      count(*) over (partition by part) as among from placed where ${value} is not null) as ranked group by part`;
}

/** Of what nobody looked at, only the service and the time are known: by anything else it is another. */
function countUnattempted({ by, fromMs, period, toMs }: PreparedTally, part: ToPart): Fragment {
  const unknown = sql`cast(null as text)`;
  const key =
    period !== undefined
      ? periodKey(sql`i.opened_at_ms`, period)
      : by === 'service'
        ? sql`coalesce(i.service, '')`
        : unknown;
  return sql`select part, count(*) as count from (select ${part(sql`key`)} as part from (
    select ${key} as key from incident i where i.opened_at_ms >= ${fromMs} and i.opened_at_ms < ${toMs}
      and (select max(s.number) from analysis s where s.incident_id = i.id and ${isShown('s')}) is null) as alone)
    as counted group by part`;
}

function sumCosts(prepared: PreparedTally, part: ToPart): Fragment {
  const { fromMs, toMs } = prepared;
  return sql`select part, count(*) as count, sum(nano_usd) as nano_usd,
      sum(case when nano_usd is null then 1 else 0 end) as unknown_prices from (
    select ${part(sql`key`)} as part, nano_usd from (select ${analysisKey(prepared)} as key, a.nano_usd as nano_usd
      from analysis a where a.at_ms >= ${fromMs} and a.at_ms < ${toMs} and a.answered_by is not null) as billed)
    as parted group by part`;
}
