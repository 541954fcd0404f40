import type { Store } from '@midwatch/core/incident';
import { StoreError } from '@midwatch/store';
import { HttpProblem } from './http-problem.js';
import type { Route, RouteContext } from './route.js';
import { deadLetterListSchema, requeuedSchema } from './self-schemas.js';

const PAGE = 50;
const inPath = (name: string, description: string) =>
  ({ name, in: 'path', description, schema: { type: 'string' } }) as const;

/** What could not be delivered, and its way back: as `midwatch dead`, for those who cannot reach the database. */
export function deadLetterRoutes(store: Store, now: () => number = Date.now): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters',
      operationId: 'list-dead-letters',
      summary: 'Messages that could not be delivered, the newest first',
      access: 'viewer',
      parameters: [
        {
          name: 'cursor',
          in: 'query',
          description: '`next` of the page before',
          schema: { type: 'string' },
        },
      ],
      answers: {
        200: { description: `A page of ${PAGE}`, schema: deadLetterListSchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) => {
        const { items, next } = await readPage(store, context.req.query('cursor'));
        const deliveries = items.map(({ attempts, channel, error, finishedAtMs, incidentId, key }) => ({
          ...{ incidentId, key, channel, attempts, error, finishedAtMs },
        }));
        return context.json({ deliveries, ...(next === undefined ? {} : { next }) });
      },
    },
    {
      method: 'POST',
      path: '/dead-letters/{incident}/{key}/requeue',
      operationId: 'requeue-dead-letter',
      summary: 'Sends one of them again, under the same delivery id',
      access: 'responder',
      parameters: [inPath('incident', "The incident's id"), inPath('key', "The delivery's key, encoded")],
      answers: {
        200: { description: 'It goes out again; or it was not dead any more', schema: requeuedSchema },
        404: { description: 'No delivery has this key' },
      },
      handle: (context) => requeue(context, store, now()),
    },
  ];
}

async function requeue(context: RouteContext, store: Store, nowMs: number): Promise<Response> {
  const [incidentId, key] = [context.req.param('incident') ?? '', context.req.param('key') ?? ''];
  if ((await store.outbox.get(incidentId, key)) === undefined)
    throw new HttpProblem(404, 'no-delivery', 'no delivery has this key; GET /dead-letters lists the dead');
  const requeued = await store.outbox.requeue(incidentId, key, nowMs);
  const audit = [{ actor: context.get('by'), action: 'delivery-requeued', detail: { delivery: key } }];
  if (requeued) await store.apply({ incidentId, nowMs, effects: { audit } });
  return context.json({ requeued });
}

async function readPage(store: Store, cursor: string | undefined) {
  try {
    return await store.outbox.listDead({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
  } catch (error) {
    if (StoreError.is(error) && error.code === 'bad-page')
      throw new HttpProblem(400, 'bad-cursor', '`cursor` must be the `next` of an earlier answer');
    throw error;
  }
}
