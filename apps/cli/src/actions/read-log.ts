import type { ActionLogEntry, Store } from '@midwatch/core/incident';

const PAGE = 200;

/** The whole log, the oldest first, or what of it is an incident's; one page in memory. */
export async function* readLog(
  { actions }: Pick<Store, 'actions'>,
  incidentId?: string,
): AsyncGenerator<ActionLogEntry> {
  let cursor: string | undefined;
  do {
    const { items, next } = await actions.log.list({
      limit: PAGE,
      ...(incidentId === undefined ? {} : { incidentId }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    yield* items;
    cursor = next;
  } while (cursor !== undefined);
}
