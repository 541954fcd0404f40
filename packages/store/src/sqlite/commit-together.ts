import type Database from 'better-sqlite3';

interface Write {
  readonly work: () => unknown;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

export interface CommitGroup {
  /** Runs the work inside of a transaction; resolves when that is on disk. The work may not wait. */
  write<Result>(work: () => Result): Promise<Result>;
  /** What waits, now. */
  flush(): void;
}

/**
 * What is written in one turn of the event loop shares one transaction, in the order in which it came: the disk is waited for
 * once, and not for each of the lanes that work and for the intake beside them. What fails takes back its own changes and no
 * others; nothing is answered before all is on disk.
 */
export function commitTogether(database: Database.Database): CommitGroup {
  let waiting: Write[] = [];
  // Inside of another transaction it is a savepoint.
  const runOne = database.transaction(({ work }: Write) => work());
  const runAll = database.transaction((writes: readonly Write[]) => writes.map((write) => settle(write)));

  function settle(write: Write): PromiseSettledResult<unknown> {
    try {
      return { status: 'fulfilled', value: runOne(write) };
    } catch (reason) {
      // A full disk, say: SQLite has taken back the others as well.
      if (!database.inTransaction) throw reason;
      return { status: 'rejected', reason };
    }
  }

  function flush(): void {
    const writes = waiting;
    waiting = [];
    if (writes.length === 0) return;
    let settled: readonly PromiseSettledResult<unknown>[];
    try {
      // Immediate: a transaction that reads first and then finds another writer would fail without waiting.
      settled = runAll.immediate(writes);
    } catch (error) {
      for (const { reject } of writes) reject(error);
      return;
    }
    for (const [index, { reject, resolve }] of writes.entries()) {
      const own = settled[index];
      if (own?.status === 'fulfilled') resolve(own.value);
      else reject(own?.reason);
    }
  }

  return {
    write<Result>(work: () => Result) {
      return new Promise<Result>((resolve, reject) => {
        waiting.push({ work, resolve: (result) => resolve(result as Result), reject });
        // The first of a turn; behind what has arrived by now, so that it comes along.
        if (waiting.length === 1) setImmediate(flush);
      });
    },
    flush,
  };
}
