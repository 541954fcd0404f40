type Batch<Statement, Rows> = (statements: readonly Statement[]) => Promise<readonly Rows[]>;

interface Call<Statement, Rows> {
  readonly statements: readonly Statement[];
  readonly resolve: (rows: readonly Rows[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Below the 1,000 queries of one invocation, should D1 count a batch's statements one by one. */
const MAX_STATEMENTS = 500;

/**
 * Calls that come while one is under way wait, and then go together as one batch: a storm costs a way to the database for
 * many alerts, not for each. In the order they came. A batch that fails is sent again call by call, so that one that cannot
 * be written keeps out no other.
 */
export function joinBatches<Statement, Rows>(batch: Batch<Statement, Rows>): Batch<Statement, Rows> {
  const waiting: Call<Statement, Rows>[] = [];
  let isSending = false;

  function takeTogether(): readonly Call<Statement, Rows>[] {
    let [count, calls] = [0, 0];
    for (const { statements } of waiting) {
      if (calls > 0 && count + statements.length > MAX_STATEMENTS) break;
      count += statements.length;
      calls += 1;
    }
    return waiting.splice(0, calls);
  }

  async function sendAll(): Promise<void> {
    isSending = true;
    while (waiting.length > 0) {
      const calls = takeTogether();
      if ((await isSent(batch, calls)) || calls.length === 1) continue;
      for (const call of calls) await isSent(batch, [call]);
    }
    isSending = false;
  }

  return (statements) =>
    new Promise((resolve, reject) => {
      waiting.push({ statements, resolve, reject });
      if (!isSending) void sendAll();
    });
}

/** False, and nobody told, when several failed together; one by itself learns why. */
async function isSent<Statement, Rows>(
  batch: Batch<Statement, Rows>,
  calls: readonly Call<Statement, Rows>[],
): Promise<boolean> {
  try {
    const rows = await batch(calls.flatMap(({ statements }) => statements));
    let offset = 0;
    for (const { resolve, statements } of calls) {
      resolve(rows.slice(offset, offset + statements.length));
      offset += statements.length;
    }
    return true;
  } catch (error) {
    const [only, ...more] = calls;
    if (more.length === 0) only?.reject(error);
    return false;
  }
}
