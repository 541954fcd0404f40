import { type RawBuilder, sql } from 'kysely';
import type { PreparedMemories } from '../memory-rows.js';
import type { EffectsTarget } from './effect-statements.js';

type Fragment = RawBuilder<unknown>;

/** What effects change of what is remembered; each statement under the guard. */
export function memoryStatements(
  { memory, shown, verdicts }: PreparedMemories,
  { guard, incidentId, nowMs }: EffectsTarget,
): Fragment[] {
  return [
    ...(memory === undefined ? [] : [sql`delete from memory where memory_key = ${incidentId} and ${guard}`]),
    ...(typeof memory === 'object'
      ? [
          insertMemory(
            {
              memory_key: incidentId,
              incident_id: incidentId,
              kept_at_ms: sql`${nowMs}`,
              ...toCells(memory),
            },
            guard,
          ),
        ]
      : []),
    ...shown.map(
      (key) => sql`insert into memory_shown (incident_id, memory_key, at_ms, verdict)
        select ${incidentId}, ${key}, ${nowMs}, 'open' where ${guard}
        on conflict (incident_id, memory_key) do nothing`,
    ),
    ...verdicts.map(
      ({ key, verdict }) => sql`update memory_shown set verdict = ${verdict}
        where incident_id = ${incidentId} and memory_key = ${key} and ${guard}`,
    ),
  ];
}

export function insertMemory(cells: Readonly<Record<string, Fragment>>, guard: Fragment): Fragment {
  return sql`insert into memory (${sql.join(Object.keys(cells).map((column) => sql.ref(column)))})
    select ${sql.join(Object.values(cells))} where ${guard}
    on conflict (memory_key) do nothing`;
}

export function toCells(row: object): Record<string, Fragment> {
  return Object.fromEntries(Object.entries(row).map(([column, value]) => [column, sql`${value}`]));
}
