import type { ShadowTally, TallyRequest } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import { type ShadowRow, toShadowTallies } from '../shadow-rows.js';
import { prepareTally } from '../tally-rows.js';
import type { SqlSession } from './sql-engine.js';

type Fragment = RawBuilder<unknown>;

const key = sql`shown_analyzer, shown_model, shown_prompt, shadow_analyzer, shadow_model, shadow_prompt`;
/** Between the measure and the count, for rows that tell nothing of incidents. */
const untold = sql`cast(null as text) as service, cast(null as bigint) as same_verdict, cast(null as text) as shown_confidence,
  cast(null as text) as shadow_confidence, cast(null as bigint) as settled, cast(null as bigint) as shown_right,
  cast(null as bigint) as shadow_right`;

/**
 * The shadows of the window are found by its index and looked at once each; all else hangs on their incidents by keys. An analysis
 * that was asked for, and not computed from the evidence, is one that took time.
 */
export async function tallyShadows(
  session: SqlSession,
  request: Pick<TallyRequest, 'fromMs' | 'toMs'>,
): Promise<readonly ShadowTally[]> {
  const { fromMs, toMs } = prepareTally(request);
  const asked = sql`asked as materialized (${askedShadows(fromMs, toMs)})`;
  // D1 takes at most five selects in one.
  const rows = (await session.runAll([
    sql`with ${asked}, pair as materialized (${newestPairs}), placed as materialized (${placedPairs})
      ${countPairs} union all ${took} union all ${times('shown-time', sql`shown_ms`)}
      union all ${times('shadow-time', sql`shadow_ms`)}`,
    sql`with ${asked} select state as measure, ${key}, ${untold}, count(*) as count, cast(null as bigint) as first,
        cast(null as bigint) as second from asked where state in ('failed', 'not-asked') group by state, ${key}
      union all ${failuresOfShown(toMs)}`,
  ])) as readonly (readonly ShadowRow[])[];
  return toShadowTallies(rows.flat());
}

const isShown = (table: string) => {
  const column = (name: string) => sql.ref(`${table}.${name}`);
  return sql`${column('was_shown')} = 1 and ${column('is_shadow')} = 0 and ${column('verdict')} is not null`;
};

/** Beside each the first that was asked at the same look: who the shadow is compared with. */
function askedShadows(fromMs: number, toMs: number): Fragment {
  return sql`select s.incident_id as incident_id, s.number as number, s.at_ms as at_ms, s.look as look, s.state as state,
      s.verdict as verdict, coalesce(s.uncalibrated_confidence, s.confidence) as confidence, s.first_service as first_service, s.analyze_ms as shadow_ms,
      s.analyzer as shadow_analyzer, s.model as shadow_model, s.prompt_version as shadow_prompt,
      f.analyzer as shown_analyzer, f.model as shown_model, f.prompt_version as shown_prompt
    from analysis s join analysis f on f.incident_id = s.incident_id and f.number =
      (select min(g.number) from analysis g where g.incident_id = s.incident_id and g.look = s.look
        and g.is_shadow = 0 and g.analyze_ms is not null)
    where s.at_ms >= ${fromMs} and s.at_ms < ${toMs} and s.is_shadow = 1`;
}

const names = (verdict: Fragment, service: Fragment) =>
  sql`case when ${verdict} in ('cause-found', 'candidates') then ${service} end`;
const level = (verdict: Fragment, confidence: Fragment) =>
  sql`case when ${verdict} <> 'insufficient-evidence' then ${confidence} end`;
const newest = (column: string) => sql`(select ${sql.ref(`o.${column}`)} from outcome o
  where o.incident_id = a.incident_id and o.via <> 'action' order by o.number desc limit 1)`;

/** One for each incident: its newest shadow that was admitted, with what people were shown at the same look. */
const newestPairs = sql`select a.incident_id as incident_id, a.look as look, a.shadow_ms as shadow_ms,
    a.shown_analyzer as shown_analyzer, a.shown_model as shown_model, a.shown_prompt as shown_prompt,
    a.shadow_analyzer as shadow_analyzer, a.shadow_model as shadow_model, a.shadow_prompt as shadow_prompt,
    case when a.verdict = h.verdict then 1 else 0 end as same_verdict,
    ${names(sql`a.verdict`, sql`a.first_service`)} as shadow_names, ${names(sql`h.verdict`, sql`h.first_service`)} as shown_names,
    ${level(sql`a.verdict`, sql`a.confidence`)} as shadow_confidence, ${level(sql`h.verdict`, sql`coalesce(h.uncalibrated_confidence, h.confidence)`)} as shown_confidence,
    (select sum(b.analyze_ms) from analysis b where b.incident_id = a.incident_id and b.look = a.look and b.is_shadow = 0) as shown_ms,
    ${newest('judgement')} as judgement, ${newest('service')} as told, ${newest('at_ms')} as told_at_ms
  from asked a join analysis h on h.incident_id = a.incident_id and h.number =
    (select max(n.number) from analysis n where n.incident_id = a.incident_id and n.look = a.look and ${isShown('n')})
  where a.verdict is not null and a.number =
    (select max(m.number) from analysis m where m.incident_id = a.incident_id and m.is_shadow = 1 and m.verdict is not null)`;

/** That it was right without a name is said of what stood then. */
const placedPairs = sql`select known.*, case when shown_names = truth then 1 else 0 end as shown_right,
    case when shadow_names = truth then 1 else 0 end as shadow_right
  from (select p.*, case when judgement in ('right', 'partly', 'wrong') then 1 else 0 end as settled,
      case when shown_names is null or shadow_names is null then 'not-both' when shown_names = shadow_names then 'same'
        else 'other' end as service,
      case when judgement in ('right', 'partly', 'wrong') and told is not null then told when judgement = 'right' then
        (select ${names(sql`x.verdict`, sql`x.first_service`)} from analysis x where x.incident_id = p.incident_id
          and ${isShown('x')} and x.at_ms <= p.told_at_ms order by x.number desc limit 1) end as truth
    from pair p) as known`;

/** What is compared of both stands only where the truth is known. */
const [shownRight, shadowRight] = (['shown_right', 'shadow_right'] as const).map(
  (column) => sql`case when truth is not null then ${sql.ref(column)} end`,
) as [Fragment, Fragment];
const countPairs = sql`select 'pair' as measure, ${key}, service, same_verdict, shown_confidence, shadow_confidence, settled,
    ${shownRight} as shown_right, ${shadowRight} as shadow_right, count(*) as count,
    cast(null as bigint) as first, cast(null as bigint) as second
  from placed group by ${key}, service, same_verdict, shown_confidence, shadow_confidence, settled, ${shownRight}, ${shadowRight}`;

const took = sql`select case when b.is_shadow = 1 then 'shadow' else 'shown' end, ${key}, ${untold}, count(*), sum(b.nano_usd),
    sum(case when b.nano_usd is null then 1 else 0 end)
  from pair p join analysis b on b.incident_id = p.incident_id and b.look = p.look
  where b.answered_by is not null group by b.is_shadow, ${key}`;

/** By nearest rank. */
function times(measure: 'shown-time' | 'shadow-time', value: Fragment): Fragment {
  return sql`select ${sql.lit(measure)}, ${key}, ${untold}, max(among),
      max(case when rank = (among * 50 + 99) / 100 then value end), max(case when rank = (among * 95 + 99) / 100 then value end)
    from (select ${key}, ${value} as value, row_number() over (partition by ${key} order by ${value}) as rank,
      count(*) over (partition by ${key}) as among from pair where ${value} is not null) as ranked group by ${key}`;
}

function failuresOfShown(toMs: number): Fragment {
  return sql`select 'shown-failed', ${key}, ${untold}, count(*), null, null
    from (select ${key}, min(at_ms) as since_ms from asked group by ${key}) as since
    join analysis f on f.at_ms >= since.since_ms and f.at_ms < ${toMs} and f.is_shadow = 0 and f.state = 'failed'
      and f.analyzer = since.shown_analyzer and coalesce(f.model, '') = coalesce(since.shown_model, '')
      and coalesce(f.prompt_version, '') = coalesce(since.shown_prompt, '') group by ${key}`;
}
