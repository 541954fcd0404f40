import type { Person } from '../deploys/release.js';
import type { Random } from '../engine/random.js';

/** Who plays which part. Every name that a story uses comes from the lists in this file. */
export interface Cast {
  readonly namespace: string;
  readonly cluster: string;
  readonly front: string;
  readonly accounts: string;
  readonly orders: string;
  readonly payments: string;
  readonly database: string;
  readonly worker: string;
  readonly people: readonly Person[];
}

const FRONTS = ['storefront-gateway', 'edge-router', 'web-bff', 'public-api', 'shop-ingress', 'mobile-bff'];
const ACCOUNTS = ['profile-service', 'identity-api', 'member-service', 'customer-directory', 'accounts-core'];
const ORDERS = ['basket-service', 'order-engine', 'purchase-flow', 'checkout-core', 'cart-keeper'];
const PAYMENTS = ['billing-api', 'ledger-writer', 'charge-service', 'payout-desk', 'invoice-hub'];
const DATABASES = ['sql-relay', 'pg-relay', 'rowstore-proxy', 'db-router', 'query-broker'];
const WORKERS = ['mail-sender', 'digest-builder', 'push-relay', 'webhook-fanout', 'receipt-printer'];
const NAMESPACES = ['retail', 'market', 'commerce', 'webshop', 'bazaar'];
const CLUSTERS = ['prod-eu-2', 'prod-us-1', 'prod-ap-1', 'live-west', 'live-north'];
const GIVEN_NAMES = ['Amara', 'Bjarne', 'Chidi', 'Elif', 'Farah', 'Goran', 'Ines', 'Jonas', 'Kaito', 'Leila'];
const FAMILY_NAMES = [
  'Okafor',
  'Nyström',
  'Petrov',
  'Quintana',
  'Rahimi',
  'Sato',
  'Tavares',
  'Ueda',
  'Vogel',
  'Weiss',
];

const DEFAULT_PEOPLE: readonly Person[] = [
  { name: 'Dana Reyes', login: 'dana.reyes' },
  { name: 'Tomasz Lis', login: 'tomasz.lis' },
  { name: 'Priya Nair', login: 'priya.nair' },
];

export const DEFAULT_CAST: Cast = {
  namespace: 'shop',
  cluster: 'prod-eu-1',
  front: 'api-gateway',
  accounts: 'user-service',
  orders: 'orders',
  payments: 'payments',
  database: 'db-proxy',
  worker: 'notifications',
  people: DEFAULT_PEOPLE,
};

export function pickCast(random: Random): Cast {
  return {
    namespace: random.pick(NAMESPACES),
    cluster: random.pick(CLUSTERS),
    front: random.pick(FRONTS),
    accounts: random.pick(ACCOUNTS),
    orders: random.pick(ORDERS),
    payments: random.pick(PAYMENTS),
    database: random.pick(DATABASES),
    worker: random.pick(WORKERS),
    people: [pickPerson(random), pickPerson(random), pickPerson(random)],
  };
}

function pickPerson(random: Random): Person {
  const [given, family] = [random.pick(GIVEN_NAMES), random.pick(FAMILY_NAMES)];
  const login = `${given}.${family}`
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z.]/g, '');
  return { name: `${given} ${family}`, login };
}

/** Every service name that any story may use. */
export const SERVICE_NAMES: readonly string[] = [
  ...[DEFAULT_CAST.front, DEFAULT_CAST.accounts, DEFAULT_CAST.orders, DEFAULT_CAST.payments],
  ...[DEFAULT_CAST.database, DEFAULT_CAST.worker],
  ...FRONTS,
  ...ACCOUNTS,
  ...ORDERS,
  ...PAYMENTS,
  ...DATABASES,
  ...WORKERS,
];

/** Every person who may appear as author or actor. */
export const PERSON_NAMES: readonly string[] = [
  ...DEFAULT_PEOPLE.flatMap((person) => [person.name, person.login]),
  ...FAMILY_NAMES,
];
