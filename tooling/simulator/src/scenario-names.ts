// This file imports nothing: the house's checks load it as it stands.

/** Service names by the part they can play; the first of each list is the story's own. */
export const serviceNames = {
  front: [
    'api-gateway',
    'storefront-gateway',
    'edge-router',
    'web-bff',
    'public-api',
    'shop-ingress',
    'mobile-bff',
  ],
  accounts: [
    'user-service',
    'profile-service',
    'identity-api',
    'member-service',
    'customer-directory',
    'accounts-core',
  ],
  orders: ['orders', 'basket-service', 'order-engine', 'purchase-flow', 'checkout-core', 'cart-keeper'],
  payments: ['payments', 'billing-api', 'ledger-writer', 'charge-service', 'payout-desk', 'invoice-hub'],
  database: ['db-proxy', 'sql-relay', 'pg-relay', 'rowstore-proxy', 'db-router', 'query-broker'],
  worker: [
    'notifications',
    'mail-sender',
    'digest-builder',
    'push-relay',
    'webhook-fanout',
    'receipt-printer',
  ],
} as const;

export const givenNames = [
  'Dana',
  'Amara',
  'Bjarne',
  'Chidi',
  'Elif',
  'Farah',
  'Goran',
  'Ines',
  'Jonas',
  'Kaito',
  'Leila',
] as const;
export const familyNames = [
  'Reyes',
  'Okafor',
  'Nyström',
  'Petrov',
  'Quintana',
  'Rahimi',
  'Tavares',
  'Ueda',
  'Vogel',
  'Weiss',
] as const;

/** Limits that a release may cut; the first is the story's own. */
export const limitKeys = [
  'POOL_MAX',
  'CONNECTION_LIMIT',
  'MAX_CONNECTIONS',
  'CLIENT_POOL_SIZE',
  'UPSTREAM_CONNECTIONS_MAX',
  'POOL_CAPACITY',
] as const;

/** Settings that a release may get wrong. */
export const settingKeys = {
  port: ['DATABASE_LISTENER_PORT', 'PEER_LISTENER_PORT', 'UPSTREAM_TCP_PORT'],
  deadline: ['UPSTREAM_DEADLINE_MS', 'PEER_CALL_DEADLINE_MS', 'OUTBOUND_DEADLINE_MS'],
  audience: ['TOKEN_AUDIENCE_EXPECTED', 'ACCEPTED_TOKEN_AUDIENCE', 'JWT_AUDIENCE_REQUIRED'],
} as const;

export const alertName = 'HighRequestLatencyP99';
export const failureAlertName = 'HighFailedRequestShare';

/** Every name that only a scenario may know; the house checks that no package and no command contains one. */
export const scenarioNames: readonly string[] = [
  ...Object.values(serviceNames).flat(),
  ...familyNames,
  ...limitKeys,
  ...Object.values(settingKeys).flat(),
  alertName,
  failureAlertName,
];
