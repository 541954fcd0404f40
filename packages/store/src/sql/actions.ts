import type { ActionStore } from '@midwatch/core/incident';

/** Until its tables are there: nothing is begun, and nobody believes that it was. */
export function createSqlActions(): ActionStore {
  const refuse = async () => {
    throw new Error('this database keeps no actions yet');
  };
  return {
    ...{ begin: refuse, end: refuse, recordEffect: refuse, get: refuse, listOf: refuse, countBegun: refuse },
    log: { append: refuse, head: refuse, list: refuse },
  };
}
