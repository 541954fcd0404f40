import type { ActionLogEntry, RecordedAction, Store } from '@midwatch/core/incident';
import { StoreError } from '@midwatch/store';
import type * as z from 'zod';
import {
  decisionBodySchema,
  incidentActionsSchema,
  logHeadSchema,
  logPageSchema,
  titleSchema,
  toldDetailSchema,
} from './action-schemas.js';
import { HttpProblem } from './http-problem.js';
import {
  type IncidentActionRoutesOptions,
  idempotencyKeyParameter,
  performAction,
  readBody,
} from './incident-action-routes.js';
import { actedSchema } from './incident-action-schemas.js';
import type { Route, RouteContext, RouteParameter } from './route.js';

export interface ActionRoutesOptions extends IncidentActionRoutesOptions {
  readonly store: Pick<Store, 'actions'>;
}

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 200;
/** SHA-256 in hex. */
const planPattern = /^[0-9a-f]{64}$/;

const incident: RouteParameter = {
  name: 'id',
  in: 'path',
  description: "The incident's id",
  schema: { type: 'string' },
};
const plan: RouteParameter = {
  name: 'planId',
  in: 'path',
  description: 'Of the very plan that is meant: one that was replaced meanwhile is refused',
  schema: { type: 'string', pattern: planPattern.source },
};

const decisions = [
  ['approve', 'Agrees to one plan; once as many people have as it asks for, it is done'],
  ['reject', 'Says no to it: it cannot be approved any more'],
  ['undo', 'Has worked out what undoes an action that was done; that is offered, and approved, by itself'],
] as const;

/** Actions on systems: who agrees to them, what became of them, and the log of it all. */
export function actionRoutes(options: ActionRoutesOptions): readonly Route[] {
  const { actions } = options.store;
  return [
    ...decisions.map(([kind, summary]) => decisionRoute(kind, summary, options)),
    {
      method: 'GET',
      path: '/incidents/{id}/actions',
      operationId: 'list-incident-actions',
      summary: 'What Midwatch proposed to do, who agreed, and what came of it',
      access: 'viewer',
      parameters: [incident],
      answers: {
        200: { description: 'Both lists are empty while there is nothing', schema: incidentActionsSchema },
      },
      handle: async (context) => {
        const incidentId = context.req.param('id') ?? '';
        const [recorded, { items }] = await Promise.all([
          actions.listOf(incidentId),
          actions.log.list({ incidentId, limit: MAX_LIMIT }),
        ]);
        return context.json({ actions: recorded.map(toTold), happened: items.map(toHappened) });
      },
    },
    {
      method: 'GET',
      path: '/actions/log/head',
      operationId: 'get-action-log-head',
      summary: 'The newest entry of the action log, to be kept elsewhere',
      access: 'viewer',
      answers: { 200: { description: 'Number, hash and time', schema: logHeadSchema } },
      handle: async (context) => context.json({ head: (await actions.log.head()) ?? null }),
    },
    {
      method: 'GET',
      path: '/actions/log',
      operationId: 'list-action-log',
      summary: 'The action log with its hashes, the oldest first: names of people and plans are in it',
      access: 'admin',
      parameters: [
        {
          name: 'limit',
          in: 'query',
          description: 'How many at most',
          schema: { type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
        },
        { name: 'cursor', in: 'query', description: '`next` of the page before', schema: { type: 'string' } },
      ],
      answers: {
        200: { description: 'A page of it', schema: logPageSchema },
        400: { description: 'A parameter cannot be read' },
      },
      handle: (context) => listLog(context, options.store),
    },
  ];
}

function decisionRoute(
  kind: (typeof decisions)[number][0],
  summary: string,
  options: ActionRoutesOptions,
): Route {
  return {
    method: 'POST',
    path: `/incidents/{id}/actions/{planId}/${kind}`,
    operationId: `${kind}-action`,
    summary,
    access: 'approver',
    parameters: [incident, plan, idempotencyKeyParameter],
    body: { description: 'Where it was said', schema: decisionBodySchema, isOptional: true },
    answers: {
      200: { description: 'It is so now', schema: actedSchema },
      400: { description: 'The body or the key cannot be read' },
      404: { description: 'No incident or no plan has this id' },
      409: { description: 'It cannot be done now; `code` says why' },
    },
    handle: async (context) => {
      const planId = context.req.param('planId') ?? '';
      if (!planPattern.test(planId))
        throw new HttpProblem(404, 'no-plan', 'a plan is named by 64 hexadecimal digits');
      refuseUnnamed(context);
      const { via } = await readBody(context, decisionBodySchema, '{}');
      return performAction(context, options, { action: { kind, planId }, via });
    },
  };
}

/** Who agrees is kept and counted: without a name one person with two tokens would be two. */
function refuseUnnamed(context: RouteContext): void {
  // Whose token has no name goes by its role.
  if (context.get('by') !== context.get('role')) return;
  throw new HttpProblem(
    403,
    'nobody-in-particular',
    'who agrees to an action is kept by name: configure a token of the role approver with a name, in MIDWATCH_TOKENS',
  );
}

function toTold(action: RecordedAction): z.input<typeof incidentActionsSchema>['actions'][number] {
  const { proposal, incidentId: _, ...told } = action;
  const known = titleSchema.safeParse(proposal);
  return { ...told, ...(known.success ? { title: known.data.title } : {}) };
}

function toHappened(entry: ActionLogEntry): z.input<typeof incidentActionsSchema>['happened'][number] {
  const { action, actor, atMs, detail, number, planId } = entry;
  const told = toldDetailSchema.safeParse(detail);
  return {
    ...{ number, atMs, action },
    ...(actor === undefined ? {} : { actor }),
    ...(planId === undefined ? {} : { planId }),
    ...(told.success ? told.data : {}),
  };
}

async function listLog(context: RouteContext, { actions }: Pick<Store, 'actions'>): Promise<Response> {
  const cursor = context.req.query('cursor');
  const limit = parseLimit(context.req.query('limit'));
  try {
    const { items, next } = await actions.log.list({ limit, ...(cursor === undefined ? {} : { cursor }) });
    return context.json({ entries: items, ...(next === undefined ? {} : { next }) });
  } catch (error) {
    if (StoreError.is(error) && error.code === 'bad-page')
      throw new HttpProblem(400, 'bad-cursor', '`cursor` must be the `next` of an earlier answer');
    throw error;
  }
}

function parseLimit(text: string | undefined): number {
  if (text === undefined) return DEFAULT_LIMIT;
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  if (limit >= 1 && limit <= MAX_LIMIT) return limit;
  throw new HttpProblem(400, 'bad-limit', `\`limit\` must be a whole number from 1 to ${MAX_LIMIT}`);
}
