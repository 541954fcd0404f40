import {
  asksForCause,
  checkSlackSignature,
  isAboutRemedy,
  readInteraction,
  type SlackDialog,
  type SlackInteraction,
  toOutcomeModal,
} from '@midwatch/notifier-slack/interactivity';
import type { ActAnswer } from '@midwatch/responder';
import { allows, type Role } from './access-tokens.js';
import { HttpProblem } from './http-problem.js';
import { type IncidentActionRoutesOptions, refusals } from './incident-action-routes.js';
import { readBytes } from './read-body.js';
import type { Route, RouteContext } from './route.js';

/** Who may press what in Slack. */
export interface SlackInteractivity {
  /** Of the app, under "Basic Information". */
  readonly signingSecret: string;
  /** By the id of the user. Who is not in it is a viewer: buttons do nothing for them but say so. */
  readonly users: ReadonlyMap<string, SlackPerson>;
  readonly dialog: SlackDialog;
}

export interface SlackPerson {
  readonly role: Role;
  /** What approvals are kept under, the same as of a token of theirs. Without one nobody approves. @default the id of the user */
  readonly name?: string;
}

export interface SlackRoutesOptions extends IncidentActionRoutesOptions {
  /** @default there is no such route, and messages have no buttons */
  readonly slack?: SlackInteractivity | undefined;
}

/** What is pressed under a message. Slack waits for three seconds, so nothing here waits for a look or a model. */
export function slackRoutes(options: SlackRoutesOptions): readonly Route[] {
  const { slack } = options;
  if (slack === undefined) return [];
  return [
    {
      method: 'POST',
      path: '/slack/interactions',
      operationId: 'receive-slack-interaction',
      summary: 'What people press under a message in Slack',
      access: 'signature',
      body: { description: 'As Slack sends it, signed with the secret of the app' },
      answers: {
        200: { description: 'Done, or the person was told why not' },
        400: { description: 'The body cannot be read' },
        401: { description: 'The signature is missing, wrong or older than five minutes' },
      },
      handle: (context) => receive(context, slack, options),
    },
  ];
}

const signatureProblems = {
  'no-signature': 'the headers `X-Slack-Signature` and `X-Slack-Request-Timestamp` are missing',
  stale: 'the request is older than five minutes, or this clock is wrong',
  'wrong-signature': "the signature does not fit: compare SLACK_SIGNING_SECRET with the app's",
} as const;

async function receive(
  context: RouteContext,
  slack: SlackInteractivity,
  options: SlackRoutesOptions,
): Promise<Response> {
  const body = await readBytes(context.req.raw);
  const signature = await checkSlackSignature(
    { body, headers: context.req.raw.headers },
    slack.signingSecret,
    Date.now(),
  );
  if (signature !== 'signed') throw new HttpProblem(401, signature, signatureProblems[signature]);
  const read = readInteraction(body);
  if (read.type === 'unreadable')
    throw new HttpProblem(400, 'wrong-shape', 'expected a form with the field `payload`, as Slack posts it');
  if (read.type === 'invalid') return context.json({ response_action: 'errors', errors: read.problem });
  if (read.type === 'interaction') {
    const refusal = await perform(read.interaction, slack, options);
    if (refusal !== undefined) return refuse(context, read.interaction, refusal, slack);
  }
  return context.body(null, 200);
}

/** Does it, or tells in a sentence why not. */
async function perform(
  interaction: SlackInteraction,
  { dialog, users }: SlackInteractivity,
  { onActed, responder }: SlackRoutesOptions,
): Promise<string | undefined> {
  const { action, actionId, incidentId, triggerId, user } = interaction;
  const { name, role = 'viewer' } = users.get(user.id) ?? {};
  const needed = isAboutRemedy(action) ? 'approver' : 'responder';
  if (!allows(role, needed)) {
    return `Only ${needed}s may do this, and you (${user.id}) are none here: whoever runs Midwatch sets that in SLACK_USERS.`;
  }
  if (triggerId !== undefined && asksForCause(action)) {
    const opened = await dialog.open(triggerId, toOutcomeModal(incidentId, action.judgement)).then(
      () => true,
      () => false,
    );
    return opened ? undefined : 'Slack did not open the dialog in time. Press it again.';
  }
  // Two approvals are two people: neither an id nor what somebody calls themselves shows whose tokens are theirs as well.
  if (isAboutRemedy(action) && name === undefined)
    return `Who agrees to an action is kept by name, and you (${user.id}) have none here: whoever runs Midwatch sets USER:ROLE=NAME in SLACK_USERS.`;
  const by = name ?? (user.name === user.id ? user.id : `${user.name} (${user.id})`);
  const answer = await responder.act({ incidentId, action, actionId, by, role, via: 'slack' });
  if (answer.outcome === 'done') await onActed?.(incidentId);
  return refusalOf(answer);
}

function refusalOf(answer: ActAnswer): string | undefined {
  if (answer.outcome !== 'refused') return undefined;
  const { reason } = answer;
  return reason === 'unknown-incident'
    ? 'Nothing was done: Midwatch does not know this incident any more.'
    : `Nothing was done: ${refusals[reason]}.`;
}

/** A dialog shows it under its first field; a button's answer is seen by whoever pressed it. */
async function refuse(
  context: RouteContext,
  { responseUrl, triggerId }: SlackInteraction,
  refusal: string,
  { dialog }: SlackInteractivity,
): Promise<Response> {
  if (triggerId === undefined) return context.json({ response_action: 'errors', errors: { cause: refusal } });
  // That it could not be said is no reason for Slack to show an error on top.
  if (responseUrl !== undefined) await dialog.answer(responseUrl, refusal).catch(() => undefined);
  return context.body(null, 200);
}
