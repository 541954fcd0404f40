import { type PoolConfig, types } from 'pg';

/** PostgreSQL's type of 64 bits: times and counts, all within what a number holds. */
const INT8 = 20;

/** Every wait has an end: for a connection, for a lock, for a statement, and for an answer that never comes. */
const limits = {
  connectionTimeoutMillis: 5_000,
  lock_timeout: 5_000,
  statement_timeout: 10_000,
  idle_in_transaction_session_timeout: 10_000,
  query_timeout: 12_000,
};

export function toConnectionConfig(url: string): PoolConfig {
  // The driver's own error would quote it, with the password.
  if (!/^postgres(ql)?:\/\/\S+$/.test(url)) {
    throw new TypeError('the URL of the database must look like postgres://USER:PASSWORD@HOST:5432/DATABASE');
  }
  return {
    ...limits,
    connectionString: url,
    application_name: 'midwatch',
    keepAlive: true,
    // Every statement has its index. Plans are kept, and one made while a table is empty must not read it from end to end later.
    options: '-c enable_seqscan=off -c jit=off',
    types: { getTypeParser: (type, format) => (type === INT8 ? Number : types.getTypeParser(type, format)) },
    // A transaction is sent whole: one way there and back, and a replica that stops in the middle leaves no lock behind.
    pipeline: true,
  };
}
