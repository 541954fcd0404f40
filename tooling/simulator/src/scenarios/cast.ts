import type { Person } from '../deploys/release.js';
import type { Random } from '../engine/random.js';
import { familyNames, givenNames, serviceNames } from '../scenario-names.js';

/** Who plays which part. */
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

const NAMESPACES = ['retail', 'market', 'commerce', 'webshop', 'bazaar'];
const CLUSTERS = ['prod-eu-2', 'prod-us-1', 'prod-ap-1', 'live-west', 'live-north'];

export const DEFAULT_CAST: Cast = {
  namespace: 'shop',
  cluster: 'prod-eu-1',
  front: serviceNames.front[0],
  accounts: serviceNames.accounts[0],
  orders: serviceNames.orders[0],
  payments: serviceNames.payments[0],
  database: serviceNames.database[0],
  worker: serviceNames.worker[0],
  people: [
    toPerson(givenNames[0], familyNames[0]),
    toPerson(givenNames[2], familyNames[3]),
    toPerson(givenNames[7], familyNames[7]),
  ],
};

/** Another cast; never a service name of the default one. */
export function pickCast(random: Random): Cast {
  const other = (names: readonly string[]): string => random.pick(names.slice(1));
  return {
    namespace: random.pick(NAMESPACES),
    cluster: random.pick(CLUSTERS),
    front: other(serviceNames.front),
    accounts: other(serviceNames.accounts),
    orders: other(serviceNames.orders),
    payments: other(serviceNames.payments),
    database: other(serviceNames.database),
    worker: other(serviceNames.worker),
    people: [pickPerson(random), pickPerson(random), pickPerson(random)],
  };
}

function pickPerson(random: Random): Person {
  return toPerson(random.pick(givenNames), random.pick(familyNames));
}

function toPerson(given: string, family: string): Person {
  const login = `${given}.${family}`
    .toLowerCase()
    .normalize('NFD')
    .replaceAll(/[^a-z.]/g, '');
  return { name: `${given} ${family}`, login };
}
