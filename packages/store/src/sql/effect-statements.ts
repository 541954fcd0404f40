import { type RawBuilder, sql } from 'kysely';
import type { PreparedAudit, PreparedEffects, PreparedWork } from '../prepare-effects.js';
import { ledgerStatements } from './ledger-statements.js';
import { memoryStatements } from './memory-statements.js';
import type { SqlDialect } from './sql-dialect.js';

type Fragment = RawBuilder<unknown>;

export interface EffectsTarget {
  readonly dialect: SqlDialect;
  /** An expression that gives the incident's id. */
  readonly incidentId: Fragment;
  /** Holds, in the state before the transaction's own change, when the effects are wanted. */
  readonly guard: Fragment;
  readonly nowMs: number;
}

/**
 * The statements that write effects, each by itself under the guard: a batch decides nothing between two statements. They
 * stand before the change that makes the guard false.
 */
export function effectStatements(effects: PreparedEffects, target: EffectsTarget): Fragment[] {
  return [
    ...effects.work.map((work) => workStatement(work, target)),
    ...effects.audit.map((entry) => auditStatement(entry, target)),
    ...ledgerStatements(effects, target),
    ...memoryStatements(effects.memories, target),
    ...(effects.brief === undefined ? [] : [briefStatement(effects.brief, target)]),
  ];
}

function workStatement(work: PreparedWork, target: EffectsTarget): Fragment {
  const { dialect, incidentId, guard, nowMs } = target;
  return sql`insert into work_item
    (seq, queue, incident_id, item_key, kind, input, state, attempts, queued_at_ms, ready_at_ms)
    select ${dialect.nextSeq('work_item')}, ${work.queue}, ${incidentId}, ${work.key}, ${work.kind},
      ${work.input}, 'waiting', 0, ${nowMs}, ${work.dueAtMs}
    where ${guard}
    on conflict (queue, incident_id, item_key) do nothing`;
}

export function auditStatement(entry: PreparedAudit, target: EffectsTarget): Fragment {
  const { dialect, incidentId, guard, nowMs } = target;
  return sql`insert into audit_entry (seq, at_ms, incident_id, actor, action, detail)
    select ${dialect.nextSeq('audit_entry')}, ${nowMs}, ${incidentId}, ${entry.actor},
      ${entry.action}, ${entry.detail}
    where ${guard}`;
}

function briefStatement(
  brief: NonNullable<PreparedEffects['brief']>,
  { incidentId, guard }: EffectsTarget,
): Fragment {
  return sql`update incident set brief = ${brief.document}, headline = ${brief.headline},
      verdict = ${brief.verdict}, confidence = ${brief.confidence}
    where id = ${incidentId} and ${guard}`;
}

/** At the head of what writes effects: nobody else adds to the incident until the end. */
export function holdIncident({ dialect, incidentId }: Pick<EffectsTarget, 'dialect' | 'incidentId'>) {
  return dialect.hold(sql`select id from incident where id = ${incidentId}`);
}

/** That something happened to the incident; keeps it from retention. */
export function touchStatement({ dialect, incidentId, guard, nowMs }: EffectsTarget): Fragment {
  return sql`update incident set updated_at_ms = ${dialect.greater(sql`updated_at_ms`, sql`${nowMs}`)}
    where id = ${incidentId} and ${guard}`;
}
