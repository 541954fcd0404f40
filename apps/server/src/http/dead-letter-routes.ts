import type { Store } from '@midwatch/core/incident';
import { isRequeueable, requeueDead } from '@midwatch/responder';
import { StoreError } from '@midwatch/store';
import { HttpProblem } from './http-problem.js';
import type { Route, RouteContext } from './route.js';
import { deadLetterListSchema, requeuedSchema } from './self-schemas.js';

const PAGE = 50;
/** So few are given up that nobody has to turn pages. */
const MAX_STEPS = 200;
const inPath = (name: string, description: string) =>
  ({ name, in: 'path', description, schema: { type: 'string' } }) as const;

/** What could not be delivered or done, and its way back: as `midwatch dead`, for those who cannot reach the database. */
export function deadLetterRoutes(store: Store, now: () => number = Date.now): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/dead-letters',
      operationId: 'list-dead-letters',
      summary: 'Messages that could not be delivered, and steps that were given up, the newest first',
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
        200: {
          description: `A page of ${PAGE} messages; the first one has the steps, too`,
          schema: deadLetterListSchema,
        },
        400: { description: 'A parameter cannot be read' },
      },
      handle: async (context) => {
        const cursor = context.req.query('cursor');
        const { items, next } = await readPage(store, cursor);
        const dead = cursor === undefined ? (await store.steps.listDead({ limit: MAX_STEPS })).items : [];
        const deliveries = items.map(({ attempts, channel, error, finishedAtMs, incidentId, key }) => ({
          ...{ incidentId, key, channel, attempts, error, finishedAtMs },
        }));
        const steps = dead.map((step) => {
          const { attempts, error, finishedAtMs, incidentId, key, kind } = step;
          return { incidentId, key, kind, attempts, error, finishedAtMs, isRequeueable: isRequeueable(step) };
        });
        return context.json({ deliveries, steps, ...(next === undefined ? {} : { next }) });
      },
    },
    {
      method: 'POST',
      path: '/dead-letters/{incident}/{key}/requeue',
      operationId: 'requeue-dead-letter',
      summary: 'Sends one of them again, under the same delivery id, or does a step again',
      access: 'responder',
      parameters: [inPath('incident', "The incident's id"), inPath('key', 'Its key, encoded')],
      answers: {
        200: { description: 'It goes out again; or it was not dead any more', schema: requeuedSchema },
        404: { description: 'Nothing has this key' },
        409: { description: 'It is a step of an action, which nobody does again' },
      },
      handle: (context) => requeue(context, store, now()),
    },
  ];
}

async function requeue(context: RouteContext, store: Store, nowMs: number): Promise<Response> {
  const [incidentId, key] = [context.req.param('incident') ?? '', context.req.param('key') ?? ''];
  const outcome = await requeueDead(store, { incidentId, key, by: context.get('by'), nowMs });
  if (outcome === 'no-such-work')
    throw new HttpProblem(404, 'no-delivery', 'nothing has this key; GET /dead-letters lists what is dead');
  if (outcome === 'action')
    throw new HttpProblem(
      409,
      'action',
      'a step of an action is not done again; a new look offers what stands',
    );
  return context.json({ requeued: outcome === 'requeued' });
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
