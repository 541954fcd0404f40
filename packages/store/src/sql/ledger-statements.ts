import { type RawBuilder, sql } from 'kysely';
import type { PreparedEffects } from '../prepare-effects.js';
import type { EffectsTarget } from './effect-statements.js';

type Fragment = RawBuilder<unknown>;

/** What effects add to the ledger, and to what people said to the incident; each statement under the guard. */
export function ledgerStatements(
  { analyses, outcome, rating, owner, silence }: PreparedEffects,
  target: EffectsTarget,
): Fragment[] {
  const service = sql`(select service from incident where id = ${target.incidentId})`;
  return [
    ...analyses.map((row) => insertStatement('analysis', row, target, { service })),
    ...(outcome === undefined ? [] : [insertStatement('outcome', outcome, target)]),
    ...(rating === undefined ? [] : [insertStatement('rating', rating, target)]),
    ...(owner === undefined ? [] : [peopleStatement(owner, target)]),
    ...(silence === undefined ? [] : [peopleStatement(silence, target)]),
  ];
}

/** Whoever writes effects holds the incident: nobody else takes its next number. */
function insertStatement(
  name: 'analysis' | 'outcome' | 'rating',
  row: object,
  { guard, incidentId, nowMs }: EffectsTarget,
  more: Readonly<Record<string, Fragment>> = {},
): Fragment {
  const table = sql.table(name);
  const cells: [string, Fragment][] = [
    ['incident_id', incidentId],
    ['number', sql`coalesce((select max(number) from ${table} where incident_id = ${incidentId}), 0) + 1`],
    ['at_ms', sql`${nowMs}`],
    ...Object.entries(more),
    ...Object.entries(row).map(([column, value]): [string, Fragment] => [column, sql`${value}`]),
  ];
  return sql`insert into ${table} (${sql.join(cells.map(([column]) => sql.ref(column)))})
    select ${sql.join(cells.map(([, cell]) => cell))} where ${guard}`;
}

function peopleStatement(columns: object, { guard, incidentId }: EffectsTarget): Fragment {
  const changes = Object.entries(columns).map(([column, value]) => sql`${sql.ref(column)} = ${value}`);
  return sql`update incident set ${sql.join(changes)} where id = ${incidentId} and ${guard}`;
}
