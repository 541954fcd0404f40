import type { D1DatabaseLike } from './open-d1-store.js';

/** A step or delivery that waits or runs. */
export interface OpenWork {
  readonly queue: 'step' | 'outbox';
  readonly incidentId: string;
  readonly key: string;
  /** When it is due; while somebody does it, when the lease runs out. */
  readonly readyAtMs: number;
}

/** Of one incident, or of all incidents of a place. */
export type OpenWorkQuery =
  | { readonly incidentId: string; readonly limit: number }
  | {
      readonly environment: string | undefined;
      readonly namespace: string | undefined;
      readonly limit: number;
    };

interface Row {
  readonly queue: 'step' | 'outbox';
  readonly incident_id: string;
  readonly item_key: string;
  readonly ready_at_ms: number;
}

/**
 * What is still to be done, the earliest first: for engines that start work by themselves, such as a Workflow or an alarm.
 * It claims nothing.
 */
export async function listOpenWork(
  database: D1DatabaseLike,
  query: OpenWorkQuery,
): Promise<readonly OpenWork[]> {
  const columns = 'item.queue, item.incident_id, item.item_key, item.ready_at_ms';
  const ends = 'and item.ready_at_ms is not null order by item.ready_at_ms, item.seq limit ?';
  const statement =
    'incidentId' in query
      ? database
          .prepare(`select ${columns} from work_item as item
            where item.incident_id = ? and item.queue in ('step', 'outbox') ${ends}`)
          .bind(query.incidentId, query.limit)
      : database
          .prepare(`select ${columns} from work_item as item join incident on incident.id = item.incident_id
            where item.queue in ('step', 'outbox') and incident.environment is ? and incident.namespace is ? ${ends}`)
          .bind(query.environment ?? null, query.namespace ?? null, query.limit);
  const [answer] = await database.batch([statement]);
  return ((answer?.results ?? []) as readonly Row[]).map((row) => ({
    queue: row.queue,
    incidentId: row.incident_id,
    key: row.item_key,
    readyAtMs: Number(row.ready_at_ms),
  }));
}
