import * as z from 'zod';
import { OUTCOME_CALLBACK, parseOutcomeSubmission, type SubmissionProblem } from './outcome-modal.js';
import { planPattern } from './remedy-buttons.js';
import { actionOf, remedyActionOf, type SlackAction } from './slack-action.js';

export interface SlackUser {
  /** `U0123456789` */
  readonly id: string;
  /** For people; anybody may have chosen it. */
  readonly name: string;
}

/** What somebody did in Slack to one incident. */
export interface SlackInteraction {
  readonly user: SlackUser;
  readonly incidentId: string;
  readonly action: SlackAction;
  /** The same for the same click, however often its request comes. */
  readonly actionId: string;
  /** Lets a dialog open within three seconds; a submission has none. */
  readonly triggerId?: string;
  /** Where an answer goes that only this person sees; a submission has none. */
  readonly responseUrl?: string;
}

/** `other`: Slack tells of something that is not ours. `invalid`: what the person typed does not do, by the id of the block. */
export type ReadInteraction =
  | { readonly type: 'interaction'; readonly interaction: SlackInteraction }
  | { readonly type: 'invalid'; readonly problem: SubmissionProblem }
  | { readonly type: 'other' }
  | { readonly type: 'unreadable' };

const userSchema = z.object({
  id: z.string().regex(/^[UW][A-Z0-9]{2,20}$/),
  username: z.string().nullish(),
  name: z.string().nullish(),
});

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
const clickSchema = z.object({
  type: z.literal('block_actions'),
  user: userSchema,
  trigger_id: z.string().min(1).max(300),
  response_url: z.string().nullish(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string().nullish(),
        value: z.string().nullish(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
const submissionSchema = z.object({
  type: z.literal('view_submission'),
  user: userSchema,
  view: z.object({
    id: z.string().min(1).max(100),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({
      values: z.record(z.string(), z.record(z.string(), z.object({ value: z.string().nullish() }))),
    }),
  }),
});

const payloadSchema = z.discriminatedUnion('type', [clickSchema, submissionSchema]);

/** Ids of incidents are ours; what has another form was not in a message of ours. */
const incidentPattern = /^[\w.:-]{1,100}$/;

const MAX_VALUE = 200;

/** Reads the form that Slack posts: one field, `payload`, with JSON. Its signature has to be checked before. */
export function readInteraction(body: Uint8Array): ReadInteraction {
  const payload = payloadOf(body);
  if (payload === undefined) return { type: 'unreadable' };
  const parsed = payloadSchema.safeParse(payload);
  if (!parsed.success) return { type: 'other' };
  return parsed.data.type === 'block_actions' ? readClick(parsed.data) : readSubmission(parsed.data);
}

function payloadOf(body: Uint8Array): unknown {
  const text = new URLSearchParams(new TextDecoder().decode(body)).get('payload');
  try {
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function readClick(payload: z.infer<typeof clickSchema>): ReadInteraction {
  const [pressed] = payload.actions;
  const { trigger_id: triggerId, response_url: responseUrl } = payload;
  const { action, incidentId } = readPressed(pressed?.action_id ?? '', {
    value: pressed?.value ?? '',
    option: pressed?.selected_option?.value ?? '',
  });
  if (action === undefined || !incidentPattern.test(incidentId)) return { type: 'other' };
  return {
    type: 'interaction',
    interaction: {
      user: toUser(payload.user),
      incidentId,
      action,
      actionId: `slack ${triggerId}`,
      triggerId,
      ...(isSlackAddress(responseUrl) ? { responseUrl } : {}),
    },
  };
}

/** The value of a button about an action names its plan and the incident, that of an option the score, any other the incident. */
function readPressed(
  actionId: string,
  { option, value }: { readonly option: string; readonly value: string },
): { readonly action: SlackAction | undefined; readonly incidentId: string } {
  const [planId = '', ofPlan = ''] = value.length <= MAX_VALUE ? value.split(' ', 2) : [];
  if (planPattern.test(planId)) return { action: remedyActionOf(actionId, planId), incidentId: ofPlan };
  const [, score, ofOption] = /^([1-5]) (.+)$/.exec(option) ?? [];
  return { action: actionOf(actionId, score), incidentId: ofOption ?? value };
}

function readSubmission({ user, view }: z.infer<typeof submissionSchema>): ReadInteraction {
  if (view.callback_id !== OUTCOME_CALLBACK) return { type: 'other' };
  const read = parseOutcomeSubmission(view.private_metadata, view.state.values);
  if (read === undefined) return { type: 'other' };
  if ('problem' in read) return { type: 'invalid', problem: read.problem };
  const { action, incidentId } = read;
  if (!incidentPattern.test(incidentId)) return { type: 'other' };
  const actionId = `slack ${view.id}`;
  return { type: 'interaction', interaction: { user: toUser(user), incidentId, action, actionId } };
}

function toUser({ id, name, username }: z.infer<typeof userSchema>): SlackUser {
  return { id, name: (username || name || id).slice(0, 80) };
}

/** It is signed with the rest; an answer goes nowhere but to Slack all the same. */
function isSlackAddress(url: string | null | undefined): url is string {
  if (!url || !URL.canParse(url)) return false;
  const { hostname, protocol } = new URL(url);
  const isLocal = protocol === 'http:' && /^127(\.\d{1,3}){3}$/.test(hostname);
  return isLocal || (protocol === 'https:' && /(^|\.)slack(-gov)?\.com$/.test(hostname));
}
