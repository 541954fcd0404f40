import type { SpendingStore } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { dayStartOf, passedBudget, prepareSpending, toDaySpending, toNanoUsd } from '../spending-request.js';
import { toStoredText } from '../stored-text.js';
import type { SqlSession } from './sql-engine.js';

interface Spent {
  incident: number;
  service: number;
  day: number;
}

export function createSqlSpending(session: SqlSession): SpendingStore {
  return {
    async reserve(request) {
      const prepared = prepareSpending(request);
      const { dayStartMs, incidentId, key, limits, nanoUsd, service } = prepared;
      const sum = sql`select coalesce(sum(nano_usd), 0) from spending where spending_key <> ${key}`;
      const incident = sql`(${sum} and incident_id = ${incidentId})`;
      const ofService = sql`(${sum} and day_ms = ${dayStartMs} and service = ${service})`;
      const day = sql`(${sum} and day_ms = ${dayStartMs})`;
      const statements = [
        sql`select ${incident} as incident, ${ofService} as service, ${day} as day`,
        sql`insert into spending (spending_key, incident_id, service, day_ms, nano_usd)
          select ${key}, ${incidentId}, ${service}, ${dayStartMs}, ${nanoUsd}
          where ${incident} + ${nanoUsd} <= ${limits.incident}
            and ${ofService} + ${nanoUsd} <= ${limits.service}
            and ${day} + ${nanoUsd} <= ${limits.day}
          on conflict (spending_key) do update set nano_usd = excluded.nano_usd, day_ms = excluded.day_ms`,
      ];
      const [rows] = await session.runAll(statements, session.dialect.alone('spending'));
      // What decided in the statement, read in the same transaction.
      const spent = rows?.[0] as Spent;
      const before = {
        incident: Number(spent.incident),
        service: Number(spent.service),
        day: Number(spent.day),
      };
      return passedBudget(before, prepared) ?? 'reserved';
    },
    async settle(key, usd) {
      await session.run(
        sql`update spending set nano_usd = ${toNanoUsd(usd)}
          where spending_key = ${toStoredText(key, 'the key of a spending')}`,
      );
    },
    async sumOfDay(nowMs) {
      const rows = await session.run<{ service: string; nano_usd: number }>(
        sql`select service, sum(nano_usd) as nano_usd from spending
          where day_ms = ${dayStartOf(nowMs)} group by service`,
      );
      return toDaySpending(rows.map(({ nano_usd, service }) => ({ service, nano_usd: Number(nano_usd) })));
    },
  };
}
