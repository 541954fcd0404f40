import { readFileSync } from 'node:fs';
import { createRedactor } from '@midwatch/redaction';
import { DEFAULT_BUDGETS } from '@midwatch/responder';
import { createMemoryStore } from '@midwatch/store/memory';
import { expect, it } from 'vitest';
import { openRoom } from './__fixtures__/incident-room.js';
import { pages } from './__fixtures__/route-requests.js';
import { createRoutes, roles } from './http/index.js';
import { createMetrics } from './metrics/create-metrics.js';

const page = readFileSync(new URL('../../../docs/api.md', import.meta.url), 'utf8');
/** The first cell of each row, and the row. */
const rows = page.split('\n').flatMap((line) => {
  const cells = line.split(' | ');
  return line.startsWith('| `') ? [{ first: cells[0] ?? '', second: cells[1] ?? '' }] : [];
});

it('has every route with its role, and no other', () => {
  const store = createMemoryStore();
  const metrics = createMetrics({ store, budgets: DEFAULT_BUDGETS, version: '1' });
  const { responder } = openRoom(store);
  const options = {
    redact: createRedactor(),
    budgets: DEFAULT_BUDGETS,
    tokens: [],
    pages,
    onReceived: () => undefined,
  };
  const table = createRoutes({ ...options, responder, store, metrics }).map(({ access, method, path }) => ({
    route: `${method} ${path}`,
    access: access === 'anyone' ? 'anybody' : access === 'signature' ? 'signature' : `\`${access}\``,
  }));
  const documented = rows.flatMap(({ first, second }) =>
    [...first.matchAll(/`((?:GET|POST|PUT) [^`]+)`/g)].map(([, route]) => ({ route, access: second })),
  );
  const routesOf = (each: readonly { route: string | undefined }[]) =>
    new Set(each.map(({ route }) => route));
  expect(routesOf(documented)).toEqual(routesOf(table));
  expect(documented).toHaveLength(table.length);
  for (const { access, route } of table)
    expect([route, documented.find((each) => each.route === route)?.access]).toEqual([
      route,
      expect.stringContaining(access),
    ]);
});

it('has every role and every measure', async () => {
  const named = rows.flatMap(({ first }) => [...first.matchAll(/`([\w]+)`/g)].map(([, name]) => name));
  for (const role of roles) expect(named).toContain(role);
  const metrics = createMetrics({ store: createMemoryStore(), budgets: DEFAULT_BUDGETS, version: '1' });
  const measures = [...(await metrics.read()).matchAll(/^# TYPE (midwatch_\w+)/gm)].map(([, name]) => name);
  expect(new Set(named.filter((name) => name?.startsWith('midwatch_')))).toEqual(new Set(measures));
});
