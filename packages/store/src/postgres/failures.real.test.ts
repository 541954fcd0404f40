import { type AddressInfo, createServer } from 'node:net';
import { postgresPassword } from '@midwatch/vitest-preset/postgres';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterEach, expect, test, vi } from 'vitest';
import { postgresDatabases } from '../__fixtures__/postgres-database.js';
import { sampleRecord } from '../__fixtures__/sample-records.js';
import { openPostgresStore } from './open-postgres-store.js';

afterEach(() => {
  vi.useRealTimers();
});

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: Error & { code?: string }) => error,
  );
const everythingOf = (error: Error | undefined) =>
  `${error?.message} ${error?.stack} ${JSON.stringify(error)} ${String(error?.cause)}`;

realComponent('postgres', (binary) => {
  const databases = postgresDatabases(binary, { ssl: 'on' });

  test('while the database is away every call rejects; when it is back the same store goes on', async () => {
    const store = await openPostgresStore({ url: databases.create() });
    const idle = Array.from({ length: 5 }, (_, index) =>
      store.recordAlert(sampleRecord({ alert: { fingerprint: `before-${index}` } })),
    );
    await Promise.all(idle);
    await databases.server.kill();
    for (let call = 0; call < 8; call += 1) {
      const failure = await failureOf(store.recordAlert(sampleRecord()));
      expect(failure).toMatchObject({ message: expect.stringMatching(/^PostgreSQL: /) });
    }
    await databases.server.start();
    expect(await store.recordAlert(sampleRecord())).toMatchObject({ outcome: 'joined' });
    expect(await store.listIncidents({ limit: 1 })).toMatchObject({ items: [{ alertCount: 6 }] });
    await store.close();
  });

  test('connections that an administrator ends are replaced', async () => {
    const url = databases.create();
    const store = await openPostgresStore({ url });
    await store.recordAlert(sampleRecord());
    const end = `select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and application_name = 'midwatch'`;
    expect(await databases.query(url, end)).toHaveLength(1);
    await expect.poll(() => store.getIncident('inc-1')).toBeDefined();
    await store.close();
  });

  test('no error holds the password: refused, unreachable, not a URL', async () => {
    const url = databases.create();
    const wrong = url.replace(postgresPassword, 'wrong-horse-1d');
    const refused = await failureOf(openPostgresStore({ url: wrong }));
    expect(refused).toMatchObject({ code: '28P01' });
    const away = await failureOf(openPostgresStore({ url: 'postgres://ann:wrong-horse-1d@127.0.0.1:1/x' }));
    expect(away).toMatchObject({ code: 'ECONNREFUSED' });
    const invalid = [
      'mysql://ann:wrong-horse-1d@x/y',
      'postgres://ann:wrong-horse-1d@x:port/y',
      'wrong-horse-1d',
    ];
    const errors = await Promise.all(invalid.map((it) => failureOf(openPostgresStore({ url: it }))));
    for (const error of [refused, away, ...errors]) {
      expect(error).toBeInstanceOf(Error);
      expect(everythingOf(error)).not.toContain('wrong-horse-1d');
    }
  });

  test('whoever waits too long for a lock gives up, and others go on', async () => {
    const url = databases.create();
    const store = await openPostgresStore({ url: `${url}?lock_timeout=100` });
    const patient = await openPostgresStore({ url });
    const held = await databases.lock(url, 'incident');
    expect(await failureOf(store.recordAlert(sampleRecord()))).toMatchObject({ code: '55P03' });
    const waiting = patient.recordAlert(sampleRecord());
    await held.letGo();
    expect(await waiting).toMatchObject({ outcome: 'opened' });
    await patient.close();
    await store.close();
  });

  test('whoever waits for a free connection for five seconds gives up', async () => {
    const url = databases.create();
    const store = await openPostgresStore({ url, maxConnections: 1 });
    await store.listIncidents({ limit: 1 });
    const held = await databases.lock(url, 'incident');
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const first = store.recordAlert(sampleRecord());
    const second = failureOf(store.listIncidents({ limit: 1 }));
    await vi.advanceTimersByTimeAsync(5_000);
    vi.useRealTimers();
    expect(await second).toMatchObject({ message: expect.stringContaining('timeout') });
    await held.letGo();
    expect(await first).toMatchObject({ outcome: 'opened' });
    await store.close();
  });

  test('a database that takes connections and never answers is given up after five seconds', async () => {
    let met = 0;
    const silent = createServer((socket) => {
      met += 1;
      socket.on('error', () => undefined);
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const { port } = silent.address() as AddressInfo;
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const failure = failureOf(openPostgresStore({ url: `postgres://ann:pw@127.0.0.1:${port}/x` }));
    while (met === 0) await new Promise(setImmediate);
    await vi.advanceTimersByTimeAsync(4_999);
    expect(await Promise.race([failure, Promise.resolve('waits')])).toBe('waits');
    await vi.advanceTimersByTimeAsync(1);
    expect(await failure).toMatchObject({ message: expect.stringContaining('timeout') });
    silent.close();
  });

  test('TLS as the URL says: checked against the given certificate, refused without it', async () => {
    const url = databases.create().replace('127.0.0.1', 'localhost');
    const known = `${url}?sslmode=verify-full&sslrootcert=${databases.server.certificateFile}`;
    const store = await openPostgresStore({ url: known });
    const encrypted = `select ssl from pg_stat_ssl join pg_stat_activity using (pid)
      where datname = current_database() and application_name = 'midwatch'`;
    await store.listIncidents({ limit: 1 });
    expect(await databases.query(url, encrypted)).toEqual([{ ssl: true }]);
    await store.close();
    expect(await failureOf(openPostgresStore({ url: `${url}?sslmode=verify-full` }))).toMatchObject({
      code: 'DEPTH_ZERO_SELF_SIGNED_CERT',
    });
    const elsewhere = known.replace('localhost', '127.0.0.1');
    expect(await failureOf(openPostgresStore({ url: elsewhere }))).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
    });
  });
});
