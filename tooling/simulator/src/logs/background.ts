import type { Random } from '../engine/random.js';
import type { Trade } from '../engine/topology.js';
import type { Statement } from './log-record.js';

/** A statement that has nothing to do with any one request. */
export interface Habit {
  /** Mean number in a minute, over the whole service. */
  readonly perMinute: number;
  readonly say: (random: Random) => Statement;
}

const address = (random: Random): string =>
  `10.${random.integer(2, 9)}.${random.integer(0, 250)}.${random.integer(2, 250)}:${random.integer(30_000, 60_000)}`;

/** What services say all day: most of it uneventful, some of it warnings and errors that mean nothing. */
export const HABITS: Readonly<Record<Trade, readonly Habit[]>> = {
  front: [
    {
      perMinute: 4,
      say: (random) => ({
        level: 'debug',
        message: 'health check answered',
        fields: { probe: random.pick(['liveness', 'readiness']) },
      }),
    },
    {
      perMinute: 1.5,
      say: (random) => ({
        level: 'info',
        message: 'token keys refreshed',
        fields: { keys: random.integer(2, 4), took_ms: random.integer(8, 60) },
      }),
    },
    {
      perMinute: 0.9,
      say: (random) => ({
        level: 'warn',
        message: 'client went away before the answer',
        fields: { remote: address(random), sent_bytes: random.integer(0, 4096) },
      }),
    },
    {
      perMinute: 0.4,
      say: (random) => ({
        level: 'error',
        message: 'TLS handshake failed: unknown protocol',
        fields: { remote: address(random) },
      }),
    },
    {
      perMinute: 1.2,
      say: (random) => ({
        level: 'info',
        message: 'rate limit applied',
        fields: { client: `partner-${random.integer(1, 30)}`, per_minute: 600 },
      }),
    },
  ],
  accounts: [
    {
      perMinute: 3,
      say: (random) => ({
        level: 'info',
        message: 'cache sweep finished',
        fields: { evicted: random.integer(0, 900), took: `${random.integer(1, 40)}ms` },
      }),
    },
    {
      perMinute: 0.7,
      say: (random) => ({
        level: 'warn',
        message: 'slow query',
        fields: {
          statement: 'SELECT * FROM users WHERE email = $1',
          duration: `${random.integer(200, 420)}ms`,
        },
      }),
    },
    {
      perMinute: 0.5,
      say: (random) => ({
        level: 'warn',
        message: 'login rejected',
        fields: { reason: random.pick(['bad password', 'locked account']), attempts: random.integer(1, 6) },
      }),
    },
    { perMinute: 2, say: () => ({ level: 'debug', message: 'health check answered' }) },
  ],
  orders: [
    {
      perMinute: 1.5,
      say: (random) => ({ level: 'info', message: `Price list v${random.integer(400, 420)} still current` }),
    },
    {
      perMinute: 0.8,
      say: (random) => ({ level: 'warn', message: `Stock snapshot is ${random.integer(30, 90)} s old` }),
    },
    {
      perMinute: 0.35,
      say: (random) => ({
        level: 'error',
        message: `Order ${random.integer(10_000, 99_999)} rejected: voucher expired`,
        stack: [
          'com.example.orders.VoucherException: voucher expired',
          '\tat com.example.orders.voucher.VoucherCheck.verify(VoucherCheck.java:52)',
          '\tat com.example.orders.OrderService.accept(OrderService.java:143)',
          '\tat com.example.orders.OrderController.handle(OrderController.java:77)',
          '\tat java.base/java.lang.Thread.run(Thread.java:1583)',
        ],
      }),
    },
    {
      perMinute: 1,
      say: (random) => ({
        level: 'info',
        message: `Garbage collection paused for ${random.integer(4, 38)} ms`,
      }),
    },
  ],
  payments: [
    {
      perMinute: 1.2,
      say: (random) => ({
        level: 'info',
        message: `settlement batch ${random.integer(100, 999)} has ${random.integer(1, 80)} entries`,
      }),
    },
    {
      perMinute: 0.6,
      say: (random) => ({
        level: 'warn',
        message: `provider answered slowly: ${random.integer(300, 900)} ms`,
      }),
    },
    {
      perMinute: 0.3,
      say: () => ({ level: 'error', message: 'card declined by issuer: insufficient funds' }),
    },
  ],
  database: [
    {
      perMinute: 2,
      say: (random) => ({
        level: 'info',
        message: `stats: ${random.integer(300, 900)} xacts/s, ${random.integer(400, 1200)} queries/s, in ${random.integer(100_000, 900_000)} B/s, query ${random.integer(800, 3200)} us, wait ${random.integer(1, 40)} us`,
      }),
    },
    {
      perMinute: 3,
      say: (random) => ({
        level: 'info',
        message: `C-0x${random.hex(8)}: shop/app@${address(random)} login attempt: db=shop user=app tls=TLSv1.3`,
      }),
    },
    {
      perMinute: 2.5,
      say: (random) => ({
        level: 'info',
        message: `C-0x${random.hex(8)}: shop/app@${address(random)} closing because: client close request (age=${random.integer(20, 3600)}s)`,
      }),
    },
    {
      perMinute: 0.3,
      say: (random) => ({
        level: 'warn',
        message: `S-0x${random.hex(8)}: shop/app@10.1.0.5:5432 got notice: collation version mismatch`,
      }),
    },
  ],
  worker: [
    {
      perMinute: 2,
      say: (random) => ({
        level: 'info',
        message: 'batch delivered',
        fields: { size: random.integer(1, 60), took: `${random.integer(80, 900)}ms` },
      }),
    },
    {
      perMinute: 0.6,
      say: (random) => ({
        level: 'warn',
        message: 'mail server asked to try later',
        fields: { code: 451, retry_in: `${random.integer(30, 300)}s` },
      }),
    },
  ],
};
