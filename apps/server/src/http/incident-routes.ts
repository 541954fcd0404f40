import type { Store } from '@midwatch/core/incident';
import { StoreError } from '@midwatch/store';
import { HttpProblem } from './http-problem.js';
import { incidentDetailsSchema, incidentListSchema } from './incident-schemas.js';
import type { Route, RouteContext } from './route.js';
import { readRunningActions } from './running-actions.js';
import { readSelfWords } from './self-routes.js';

const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 200;

/** What is kept, as JSON: the newest first, and one with its alerts, brief and timeline. */
export function incidentRoutes(store: Store): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/incidents',
      operationId: 'list-incidents',
      summary: 'Incidents, the newest first',
      access: 'viewer',
      parameters: [
        {
          name: 'limit',
          in: 'query',
          description: 'How many at most',
          schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
        },
        {
          name: 'cursor',
          in: 'query',
          description: '`next` of the page before',
          schema: { type: 'string' },
        },
      ],
      answers: {
        200: { description: 'A page of them', schema: incidentListSchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: (context) => list(context, store),
    },
    {
      method: 'GET',
      path: '/incidents/{id}',
      operationId: 'get-incident',
      summary: 'One incident, with its brief, alerts, timeline, analyses and what people said',
      access: 'viewer',
      parameters: [{ name: 'id', in: 'path', description: 'Its id', schema: { type: 'string' } }],
      answers: {
        200: { description: 'The incident', schema: incidentDetailsSchema },
        404: { description: 'No incident has this id' },
      },
      handle: (context) => get(context, store),
    },
  ];
}

async function list(context: RouteContext, store: Store): Promise<Response> {
  const limit = parseLimit(context.req.query('limit'));
  const cursor = context.req.query('cursor');
  const [page, midwatch] = await Promise.all([
    readPage(store, { limit, ...(cursor === undefined ? {} : { cursor }) }),
    readSelfWords(store),
  ]);
  const running = await readRunningActions(store, page.items);
  return context.json({
    incidents: page.items.map((incident) => {
      const action = running.get(incident.id);
      return action === undefined ? incident : { ...incident, action };
    }),
    ...(page.next === undefined ? {} : { next: page.next }),
    ...(midwatch && { midwatch }),
  });
}

async function get(context: RouteContext, store: Store): Promise<Response> {
  const id = context.req.param('id') ?? '';
  const [incident, history] = await Promise.all([store.getIncident(id), store.ledger.history(id)]);
  if (incident === undefined) {
    throw new HttpProblem(404, 'no-incident', 'no incident has this id; GET /incidents lists them');
  }
  return context.json({ ...incident, ...history });
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
