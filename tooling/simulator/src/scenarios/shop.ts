import type { Entry, Operation, PoolSpec, ServiceSpec, Topology } from '../engine/topology.js';
import type { Cast } from './cast.js';

const FRONT_BOUNDS = [
  0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9, 10, 15,
];
const OTEL_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
const CLASSIC_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const MEBIBYTE = 2 ** 20;

/**
 * The shop that the stories play in: a front door, four services behind it, and one worker beside it. No request needs
 * the same pool twice: calibration counts one wait each.
 */
export function buildShop(cast: Cast, pools: readonly PoolSpec[]): Topology {
  return {
    namespace: cast.namespace,
    cluster: cast.cluster,
    services: shopServices(cast),
    operations: shopOperations(cast),
    entries: shopEntries(),
    pools,
  };
}

function shopServices(cast: Cast): ServiceSpec[] {
  const base = {
    port: 8080,
    cpuIdleCores: 0.03,
    cpuSecondsPerRequest: 0.0016,
    cpuLimitCores: 2,
    memoryBytes: 260 * MEBIBYTE,
    memoryLimitBytes: 1024 * MEBIBYTE,
  };
  return [
    {
      ...base,
      name: cast.front,
      trade: 'front',
      logStyle: 'json',
      metricStyle: 'otel',
      replicas: 3,
      bucketBounds: FRONT_BOUNDS,
    },
    {
      ...base,
      name: cast.accounts,
      trade: 'accounts',
      logStyle: 'logfmt',
      metricStyle: 'classic-status',
      replicas: 3,
      bucketBounds: CLASSIC_BOUNDS,
    },
    {
      ...base,
      name: cast.orders,
      trade: 'orders',
      logStyle: 'java',
      metricStyle: 'otel',
      replicas: 2,
      memoryBytes: 780 * MEBIBYTE,
      memoryLimitBytes: 1536 * MEBIBYTE,
      cpuSecondsPerRequest: 0.003,
      bucketBounds: OTEL_BOUNDS,
    },
    {
      ...base,
      name: cast.payments,
      trade: 'payments',
      logStyle: 'python',
      metricStyle: 'classic-code',
      replicas: 2,
      port: 8000,
      cpuSecondsPerRequest: 0.004,
      bucketBounds: CLASSIC_BOUNDS,
    },
    {
      ...base,
      name: cast.database,
      trade: 'database',
      logStyle: 'proxy',
      metricStyle: 'proxy',
      replicas: 2,
      port: 6432,
      memoryBytes: 70 * MEBIBYTE,
      cpuSecondsPerRequest: 0.0003,
      bucketBounds: CLASSIC_BOUNDS,
    },
    {
      ...base,
      name: cast.worker,
      trade: 'worker',
      logStyle: 'logfmt',
      metricStyle: 'worker',
      replicas: 1,
      memoryBytes: 120 * MEBIBYTE,
      bucketBounds: CLASSIC_BOUNDS,
    },
  ];
}

function shopOperations(cast: Cast): Operation[] {
  const http = { kind: 'http', okStatus: 200, notFoundShare: 0, errorWeight: 0.3, spread: 0.42 } as const;
  const query = {
    kind: 'database',
    method: 'QUERY',
    okStatus: 0,
    notFoundShare: 0,
    errorWeight: 0.05,
    selfMs: 3,
    spread: 0.6,
    calls: [],
  } as const;
  const database = cast.database;
  return [
    {
      ...http,
      id: 'products',
      service: cast.front,
      method: 'GET',
      route: '/api/products',
      selfMs: 14,
      spread: 0.6,
      notFoundShare: 0.004,
      calls: [],
    },
    {
      ...http,
      id: 'user',
      service: cast.front,
      method: 'GET',
      route: '/api/users/{id}',
      selfMs: 4,
      calls: [{ to: 'read-user', share: 1 }],
    },
    {
      ...http,
      id: 'session',
      service: cast.front,
      method: 'POST',
      route: '/api/session',
      okStatus: 201,
      selfMs: 5,
      calls: [{ to: 'open-session', share: 1 }],
    },
    {
      ...http,
      id: 'order',
      service: cast.front,
      method: 'GET',
      route: '/api/orders/{id}',
      selfMs: 5,
      calls: [
        { to: 'read-user', share: 1 },
        { to: 'read-order', share: 1 },
      ],
    },
    {
      ...http,
      id: 'place-order',
      service: cast.front,
      method: 'POST',
      route: '/api/orders',
      okStatus: 201,
      selfMs: 7,
      calls: [
        { to: 'read-user', share: 1 },
        { to: 'create-order', share: 1 },
      ],
    },
    {
      ...http,
      id: 'read-user',
      service: cast.accounts,
      method: 'GET',
      route: '/users/{id}',
      selfMs: 5,
      calls: [{ to: 'select-user', share: 0.9 }],
    },
    {
      ...http,
      id: 'read-address',
      service: cast.accounts,
      method: 'GET',
      route: '/users/{id}/address',
      selfMs: 4,
      calls: [],
    },
    {
      ...http,
      id: 'open-session',
      service: cast.accounts,
      method: 'POST',
      route: '/sessions',
      okStatus: 201,
      selfMs: 12,
      calls: [{ to: 'insert-session', share: 1 }],
    },
    {
      ...http,
      id: 'read-order',
      service: cast.orders,
      method: 'GET',
      route: '/orders/{id}',
      selfMs: 8,
      calls: [{ to: 'select-order', share: 1 }],
    },
    {
      ...http,
      id: 'create-order',
      service: cast.orders,
      method: 'POST',
      route: '/orders',
      okStatus: 201,
      selfMs: 10,
      calls: [
        { to: 'read-address', share: 1 },
        { to: 'charge', share: 1 },
        { to: 'insert-order', share: 1 },
      ],
    },
    {
      ...http,
      id: 'charge',
      service: cast.payments,
      method: 'POST',
      route: '/charges',
      okStatus: 201,
      selfMs: 26,
      spread: 0.38,
      calls: [{ to: 'insert-charge', share: 1 }],
    },
    { ...query, id: 'select-user', service: database, route: 'SELECT users' },
    { ...query, id: 'insert-session', service: database, route: 'INSERT sessions' },
    { ...query, id: 'select-order', service: database, route: 'SELECT orders' },
    { ...query, id: 'insert-order', service: database, route: 'INSERT orders' },
    { ...query, id: 'insert-charge', service: database, route: 'INSERT charges' },
    {
      ...http,
      id: 'notify',
      kind: 'consumer',
      service: cast.worker,
      method: 'PROCESS',
      route: 'order-events',
      okStatus: 0,
      selfMs: 40,
      spread: 0.5,
      calls: [],
    },
  ];
}

function shopEntries(): Entry[] {
  return [
    { operation: 'products', share: 0.38 },
    { operation: 'user', share: 0.2 },
    { operation: 'session', share: 0.08 },
    { operation: 'order', share: 0.22 },
    { operation: 'place-order', share: 0.12 },
    { operation: 'notify', share: 0.05 },
  ];
}
