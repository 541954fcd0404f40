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
 * others; nothing is answered before all is on disk. What is written beside what fails is run twice, and must be the same then.
 */
export function commitTogether(database: Database.Database): CommitGroup {
  let waiting: Write[] = [];
  const begin = database.transaction((run: () => readonly Settled[]) => run()).immediate;
  // Inside of another transaction it is a savepoint.
  const runInSavepoint = database.transaction(({ work }: Write) => work());

  /** As if none could fail: each page that a savepoint may have to bring back is written to a file first, six times what the log is. */
  function runAll(writes: readonly Write[]): readonly Settled[] {
    return writes.map(({ work }) => {
      try {
        return { status: 'fulfilled', value: work() };
      } catch (reason) {
        // Without a transaction, as after a full disk, SQLite has taken back the others, too, and they would fare no better.
        throw database.inTransaction && writes.length > 1 ? new OneFailed() : reason;
      }
    });
  }

  function runEach(writes: readonly Write[]): readonly Settled[] {
    return writes.map((write) => {
      try {
        return { status: 'fulfilled', value: runInSavepoint(write) };
      } catch (reason) {
        if (!database.inTransaction) throw reason;
        return { status: 'rejected', reason };
      }
    });
  }

  // Immediate: a transaction that reads first and then finds another writer would fail without waiting.
  function commit(writes: readonly Write[]): readonly Settled[] {
    try {
      return begin(() => runAll(writes));
    } catch (error) {
      if (error instanceof OneFailed) return begin(() => runEach(writes));
      throw error;
    }
  }

  function flush(): void {
    const writes = waiting;
    waiting = [];
    if (writes.length === 0) return;
    let settled: readonly Settled[];
    try {
      settled = commit(writes);
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

type Settled = PromiseSettledResult<unknown>;

/** One of several failed by itself. */
class OneFailed extends Error {}
