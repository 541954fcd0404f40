import type { Store } from '@midwatch/core/incident';
import { StoreError } from '@midwatch/store';
import { Hono } from 'hono';
import { HttpProblem } from './http-problem.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What is kept, as JSON: the newest first, and one with its alerts, brief and timeline. */
export function incidentRoutes(store: Store): Hono {
  const routes = new Hono();
  routes.get('/', async (context) => {
    const limit = parseLimit(context.req.query('limit'));
    const cursor = context.req.query('cursor');
    const page = await readPage(store, { limit, ...(cursor === undefined ? {} : { cursor }) });
    return context.json({ incidents: page.items, ...(page.next === undefined ? {} : { next: page.next }) });
  });
  routes.get('/:id', async (context) => {
    const incident = await store.getIncident(context.req.param('id'));
    if (incident === undefined) {
      throw new HttpProblem(404, 'no-incident', 'no incident has this id; GET /incidents lists them');
    }
    return context.json(incident);
  });
  return routes;
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new HttpProblem(400, 'bad-limit', `\`limit\` must be a whole number from 1 to ${MAX_LIMIT}`);
}

async function readPage(store: Store, page: Parameters<Store['listIncidents']>[0]) {
  try {
    return await store.listIncidents(page);
  } catch (error) {
    const isCursor = StoreError.is(error) && error.code === 'bad-page';
    if (isCursor)
      throw new HttpProblem(400, 'bad-cursor', '`cursor` must be the `next` of an earlier answer');
    throw error;
  }
}
