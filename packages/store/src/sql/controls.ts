import type { ControlStore } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import {
  type ControlRow,
  maxControls,
  prepareControl,
  toControl,
  toControlName,
} from '../prepare-control.js';
import { prepareAudit } from '../prepare-effects.js';
import { toStoredTime } from '../stored-text.js';
import { auditStatement } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

const select = sql`select name, document, set_at_ms from control`;

export function createSqlControls(session: SqlSession): ControlStore {
  const insert = ({ document, name, set_at_ms }: ControlRow): RawBuilder<unknown> =>
    sql`insert into control (name, document, set_at_ms) values (${name}, ${document}, ${set_at_ms})
      on conflict (name) do update set document = excluded.document, set_at_ms = excluded.set_at_ms`;
  return {
    async get(name) {
      const [row] = await session.run<ControlRow>(sql`${select} where name = ${toControlName(name)}`);
      return row && toControl(row);
    },
    async set(name, value, nowMs, audit) {
      const statements = [insert(prepareControl(name, value, nowMs))];
      if (audit !== undefined) {
        const target = {
          ...{ dialect: session.dialect, nowMs },
          ...{ incidentId: sql`null`, guard: sql`1 = 1` },
        };
        statements.push(auditStatement(prepareAudit(audit), target));
      }
      await session.runAll(statements);
    },
    async list(prefix = '') {
      const start = toControlName(prefix);
      const isNamed = start === '' ? sql`1 = 1` : sql`substr(name, 1, length(${start})) = ${start}`;
      const rows = await session.run<ControlRow>(
        sql`${select} where ${isNamed} order by name limit ${maxControls}`,
      );
      // Databases order text each by its own rule.
      return rows.map((row) => toControl(row)).toSorted((one, other) => (one.name < other.name ? -1 : 1));
    },
    async takeTurn({ everyMs, name, nowMs }) {
      const lastMs = toStoredTime(nowMs - everyMs, 'the time of the last turn');
      const rows = await session.run(
        sql`${insert(prepareControl(name, null, nowMs))} where control.set_at_ms <= ${lastMs} returning name`,
      );
      return rows.length > 0;
    },
  };
}
