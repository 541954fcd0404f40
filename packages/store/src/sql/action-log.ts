import type { ActionLog, ActionLogLink } from '@midwatch/core/incident';
import { type RawBuilder, sql } from 'kysely';
import {
  type ActionLogRow,
  chainEntries,
  type PreparedEntry,
  prepareEntries,
  toActionLogEntry,
} from '../action-rows.js';
import { oneAfterOther } from '../one-after-other.js';
import { parsePageRequest, toPage } from '../page-cursor.js';
import { StoreError } from '../store-error.js';
import { toStoredText, toStoredTime } from '../stored-text.js';
import type { SqlSession } from './sql-engine.js';

type Fragment = RawBuilder<unknown>;

/** Calls of one process never overtake each other; of two processes that write without a pause, each wins half of the time. */
const MAX_ATTEMPTS = 32;

const newest = sql`(select hash from action_log order by number desc limit 1)`;

/** What writes entries to the log, and more with them in one transaction. */
export interface LoggedWrite {
  readonly entries: readonly PreparedEntry[];
  readonly nowMs: number;
  /** `when CONDITION then 'ANSWER'`, each of which keeps everything from being written; the first that holds is the answer. */
  readonly obstacles: Fragment;
  /** What must not change meanwhile. */
  readonly hold: readonly Fragment[];
  /** Each statement under the guard, which holds once the entries are written. */
  readonly toChanges: (guard: Fragment) => readonly Fragment[];
}

/** Undefined when it was written; else the first obstacle. */
export type WriteLogged = (write: LoggedWrite) => Promise<string | undefined>;

/**
 * Hashes are made between reading the head and writing behind it. When another process has written meanwhile, nothing is written,
 * and it begins again with the new head.
 */
export function createWriteLogged(session: SqlSession): WriteLogged {
  const inTurn = oneAfterOther();
  return (write) =>
    inTurn(async () => {
      for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
        const answer = await attemptWrite(session, write);
        if (answer !== 'overtaken') return answer === 'written' ? undefined : answer;
      }
      throw new StoreError(
        'log-busy',
        `others wrote to the action log at each of ${MAX_ATTEMPTS} attempts, and nothing was written: call again`,
      );
    });
}

async function attemptWrite(session: SqlSession, write: LoggedWrite): Promise<string> {
  const { entries, hold, nowMs, obstacles, toChanges } = write;
  const rows = await chainEntries(entries, await readHead(session), nowMs);
  const first = rows[0];
  const last = rows.at(-1);
  if (first === undefined || last === undefined) return 'written';
  const answer = sql`case ${obstacles}
    when coalesce(${newest}, ${sql.lit('0'.repeat(64))}) <> ${first.previous_hash} then 'overtaken' else 'written' end`;
  // The salt is in it: nobody else has written this very entry.
  const isWritten = sql`exists (select 1 from action_log where number = ${last.number} and hash = ${last.hash})`;
  const [answers = []] = await session.runAll(
    [
      sql`select ${answer} as answer`,
      insertEntry(first, sql`${answer} = 'written'`),
      ...rows.slice(1).map((row) => insertEntry(row, sql`${newest} = ${row.previous_hash}`)),
      ...toChanges(isWritten),
    ],
    [...session.dialect.alone('action log'), ...hold, ...holdIncidents(session, rows)],
  );
  return (answers[0] as { readonly answer: string }).answer;
}

/** Until they are there, nobody deletes the incidents whose texts are added. */
function holdIncidents({ dialect }: SqlSession, rows: readonly ActionLogRow[]): readonly Fragment[] {
  const ids = [...new Set(rows.flatMap(({ incident_id: id }) => (id === null ? [] : [{ id }])))];
  const told = dialect.jsonTable(JSON.stringify(ids), { id: 'text' });
  return dialect.hold(sql`select id from incident where id in (select told.id from ${told})`);
}

/** Of an incident that is not there, no text is kept. */
function insertEntry(row: ActionLogRow, guard: Fragment): Fragment {
  const text = (value: string | null) =>
    row.incident_id === null
      ? sql`${value}`
      : sql`case when exists (select 1 from incident where id = ${row.incident_id}) then ${value} end`;
  return sql`insert into action_log (number, at_ms, incident_id, plan_id, action, detail_hash, previous_hash, hash,
      actor, detail, salt)
    select ${row.number}, ${row.at_ms}, ${row.incident_id}, ${row.plan_id}, ${row.action}, ${row.detail_hash},
      ${row.previous_hash}, ${row.hash}, ${text(row.actor)}, ${text(row.detail)}, ${text(row.salt)}
    where ${guard}`;
}

async function readHead(
  session: SqlSession,
): Promise<(ActionLogLink & { readonly atMs: number }) | undefined> {
  const [row] = await session.run<Pick<ActionLogRow, 'at_ms' | 'hash' | 'number'>>(
    sql`select number, hash, at_ms from action_log order by number desc limit 1`,
  );
  return row && { number: Number(row.number), hash: row.hash, atMs: Number(row.at_ms) };
}

export function createSqlActionLog(session: SqlSession, writeLogged: WriteLogged): ActionLog {
  return {
    async append(entries, nowMs) {
      await writeLogged({
        entries: prepareEntries(entries),
        nowMs: toStoredTime(nowMs, 'the time'),
        obstacles: sql``,
        hold: [],
        toChanges: () => [],
      });
    },
    head: () => readHead(session),
    async list({ incidentId, ...page }) {
      const { after, limit } = parsePageRequest(page);
      const isWanted =
        incidentId === undefined
          ? sql`1 = 1`
          : sql`incident_id = ${toStoredText(incidentId, "an incident's id")}`;
      const rows =
        await session.run<ActionLogRow>(sql`select number, at_ms, incident_id, plan_id, actor, action,
          detail, salt, detail_hash, previous_hash, hash
        from action_log where ${isWanted} and number > ${after?.order ?? 0} order by number limit ${limit + 1}`);
      return toPage(rows, limit, toActionLogEntry, ({ number }) => ({ order: Number(number), tie: '' }));
    },
  };
}
