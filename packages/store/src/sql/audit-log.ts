import type { AuditLog } from '@midwatch/core/incident';
import { sql } from 'kysely';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { prepareAudit } from '../prepare-effects.js';
import { type AuditRow, toAuditEntry } from '../stored-rows.js';
import { toStoredText, toStoredTime } from '../stored-text.js';
import { auditStatement } from './effect-statements.js';
import type { SqlSession } from './sql-engine.js';

export function createSqlAuditLog(session: SqlSession): AuditLog {
  return {
    async append(entries) {
      if (entries.length === 0) return;
      await session.runAll(
        entries.map((entry) => {
          const incidentId =
            entry.incidentId === undefined ? null : toStoredText(entry.incidentId, "an incident's id");
          return auditStatement(prepareAudit(entry), {
            dialect: session.dialect,
            incidentId: sql`${incidentId}`,
            guard: sql`1 = 1`,
            nowMs: toStoredTime(entry.atMs, "an audit entry's time"),
          });
        }),
      );
    },
    async list({ incidentId, ...page }) {
      const { limit, after } = parsePageRequest(page);
      const isWanted =
        incidentId === undefined
          ? sql`1 = 1`
          : sql`incident_id = ${toStoredText(incidentId, "an incident's id")}`;
      const isAfter = after === undefined ? sql`1 = 1` : sql`seq < ${after.order}`;
      const rows = await session.run<AuditRow>(sql`select seq, at_ms, incident_id, actor, action, detail
        from audit_entry where ${isWanted} and ${isAfter} order by seq desc limit ${limit + 1}`);
      return toPage(rows, limit, toAuditEntry, ({ seq }) => ({ order: seq, tie: '' }));
    },
  };
}
