import type { PersonVia } from '@midwatch/core/incident';
import type { PersonAction, RefusalReason, Responder } from '@midwatch/responder';
import type * as z from 'zod';
import { HttpProblem } from './http-problem.js';
import {
  actedSchema,
  outcomeBodySchema,
  silenceBodySchema,
  usefulnessBodySchema,
} from './incident-action-schemas.js';
import { readText } from './read-body.js';
import type { Route, RouteContext, RouteParameter } from './route.js';

export interface IncidentActionRoutesOptions {
  readonly responder: Pick<Responder, 'act'>;
  /** After an action was done, and before it is answered: wakes whoever does the work. */
  readonly onActed?: ((incidentId: string) => void | Promise<void>) | undefined;
}

export interface Asked {
  readonly action: PersonAction;
  readonly via: PersonVia;
}

interface ActionRoute extends Pick<Route, 'operationId' | 'summary'> {
  readonly path: string;
  readonly body?: { readonly description: string; readonly schema: z.ZodType };
  ask(context: RouteContext): Asked | Promise<Asked>;
}

const MAX_PROBLEMS = 20;
const MAX_KEY_LENGTH = 200;

export const idempotencyKeyParameter: RouteParameter = {
  name: 'idempotency-key',
  in: 'header',
  description: 'The same again does nothing, and is answered with `repeated`',
  schema: { type: 'string', maxLength: MAX_KEY_LENGTH },
};

const parameters: readonly RouteParameter[] = [
  { name: 'id', in: 'path', description: "The incident's id", schema: { type: 'string' } },
  idempotencyKeyParameter,
];

const withoutBody = (kind: 'take' | 'release' | 'look-again') => (): Asked => ({
  action: { kind },
  via: 'api',
});

const actionRoutes: readonly ActionRoute[] = [
  {
    path: 'owner',
    operationId: 'take-incident',
    summary: 'Be on it, also instead of somebody else',
    ask: withoutBody('take'),
  },
  {
    path: 'release',
    operationId: 'release-incident',
    summary: 'Nobody is on it any more',
    ask: withoutBody('release'),
  },
  {
    path: 'look',
    operationId: 'look-again',
    summary: 'Look at it once more, now: no cooldown holds it; eight looks in all is the most',
    ask: withoutBody('look-again'),
  },
  {
    path: 'outcome',
    operationId: 'settle-incident',
    summary: 'Whether the analysis was right, and what the cause truly was; a later one supersedes it',
    body: { description: 'What is known now', schema: outcomeBodySchema },
    async ask(context) {
      const { via, ...said } = await readBody(context, outcomeBodySchema);
      return { action: { kind: 'settle', ...said }, via };
    },
  },
  {
    path: 'usefulness',
    operationId: 'rate-incident',
    summary: 'How useful the analysis was',
    body: { description: 'A score; of one person the newest counts', schema: usefulnessBodySchema },
    async ask(context) {
      const { score, via } = await readBody(context, usefulnessBodySchema);
      return { action: { kind: 'rate', score }, via };
    },
  },
  {
    path: 'silence',
    operationId: 'silence-incident',
    summary: 'No new message goes out about it for a while; that it is over is told',
    body: { description: 'For how long', schema: silenceBodySchema },
    async ask(context) {
      const { minutes, via } = await readBody(context, silenceBodySchema);
      return { action: minutes === 0 ? { kind: 'unsilence' } : { kind: 'silence', minutes }, via };
    },
  },
];

/** What people do to an incident; who did it is the name of their token. */
export function incidentActionRoutes(options: IncidentActionRoutesOptions): readonly Route[] {
  return actionRoutes.map(({ ask, body, operationId, path, summary }): Route => {
    return {
      ...{ method: 'POST', path: `/incidents/{id}/${path}`, operationId, summary, parameters },
      access: 'responder',
      ...(body === undefined ? {} : { body }),
      answers: {
        200: { description: 'It is so now', schema: actedSchema },
        400: { description: 'The body or the key cannot be read' },
        404: { description: 'No incident has this id' },
        409: { description: 'It cannot be done to this incident now; `code` says why' },
      },
      handle: async (context) => performAction(context, options, await ask(context)),
    };
  });
}

/** Does it in the name of whoever asks, and answers what came of it. */
export async function performAction(
  context: RouteContext,
  { onActed, responder }: IncidentActionRoutesOptions,
  { action, via }: Asked,
): Promise<Response> {
  const incidentId = context.req.param('id') ?? '';
  const actionId = readKey(context);
  const answer = await responder.act({
    ...{ incidentId, action, via, by: context.get('by'), role: context.get('role') },
    ...(actionId === undefined ? {} : { actionId }),
  });
  if (answer.outcome === 'refused') throw refusalOf(answer.reason);
  await onActed?.(incidentId);
  return context.json({ outcome: answer.outcome });
}

function readKey(context: RouteContext): string | undefined {
  const key = context.req.header('idempotency-key');
  if (key === undefined) return undefined;
  if (key !== '' && key.length <= MAX_KEY_LENGTH) return `api ${context.get('by')} ${key}`;
  throw new HttpProblem(
    400,
    'bad-key',
    `the header \`idempotency-key\` must have from 1 to ${MAX_KEY_LENGTH} characters`,
  );
}

/** By its schema; `absent` stands for a body of nothing. */
export async function readBody<Schema extends z.ZodType>(
  context: RouteContext,
  schema: Schema,
  absent = '',
): Promise<z.output<Schema>> {
  const parsed = schema.safeParse(parseJson((await readText(context.req.raw)) || absent));
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ message, path }) => `\`${path.join('.')}\`: ${message}`);
  throw new HttpProblem(400, 'bad-body', 'the body cannot be read; see `problems`, and GET /openapi.json', {
    problems: problems.slice(0, MAX_PROBLEMS),
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new HttpProblem(400, 'not-json', 'the body is not JSON');
  }
}

/** In words that people are shown, wherever they asked. */
export const refusals: Readonly<Record<Exclude<RefusalReason, 'unknown-incident'>, string>> = {
  resolved: 'it is resolved: nothing burns',
  maintenance: 'its maintenance window has not ended: nothing is read until then',
  'part-of-storm': 'it is part of a storm that burns: the storm is looked at as a whole',
  'is-looked-at': 'it is being looked at; the message follows',
  'too-many-looks': 'it was looked at eight times, which is the most',
  'no-owner': 'nobody is on it',
  'not-silent': 'it is not silenced',
  'not-allowed': 'your role does not decide on actions of this service',
  'nothing-offered': 'no action is offered to decide on',
  'other-plan': 'that plan was replaced: look at the one that is offered now',
  expired: 'its time is over; look again, and it may be offered anew',
  'already-decided': 'it was decided on before',
};

function refusalOf(reason: RefusalReason): HttpProblem {
  if (reason === 'unknown-incident')
    return new HttpProblem(404, 'no-incident', 'no incident has this id; GET /incidents lists them');
  return new HttpProblem(409, reason, refusals[reason]);
}
