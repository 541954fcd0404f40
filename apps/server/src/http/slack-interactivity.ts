import { createSlackDialog } from '@midwatch/notifier-slack/interactivity';
import { roles } from './access-tokens.js';
import type { SlackInteractivity, SlackPerson } from './slack-routes.js';

/** What the environment says of buttons in Slack, the same in every app. */
export interface SlackInteractivityVariables {
  readonly SLACK_BOT_TOKEN?: string | undefined;
  readonly SLACK_API_URL?: string | undefined;
  readonly SLACK_SIGNING_SECRET?: string | undefined;
  /** `U0123456789:responder,U9876543210:approver=dana` */
  readonly SLACK_USERS?: string | undefined;
}

/** `undefined` without a signing secret: then messages have no buttons. @throws TypeError with what to set; no secret is quoted. */
export function readSlackInteractivity(
  variables: SlackInteractivityVariables,
): SlackInteractivity | undefined {
  const signingSecret = variables.SLACK_SIGNING_SECRET?.trim() ?? '';
  const users = readUsers(variables.SLACK_USERS ?? '');
  if (signingSecret === '') {
    if (users.size > 0) throw new TypeError('SLACK_USERS is set and SLACK_SIGNING_SECRET is not; set both');
    return undefined;
  }
  const token = variables.SLACK_BOT_TOKEN?.trim() ?? '';
  if (token === '')
    throw new TypeError(
      'SLACK_SIGNING_SECRET is set and SLACK_BOT_TOKEN is not: only messages of a bot have buttons',
    );
  if (!/^[0-9a-f]{16,128}$/.test(signingSecret))
    throw new TypeError('SLACK_SIGNING_SECRET must be the signing secret of the app, in hexadecimal digits');
  const baseUrl = variables.SLACK_API_URL?.trim() || undefined;
  return { signingSecret, users, dialog: createSlackDialog({ token, baseUrl }) };
}

function readUsers(text: string): ReadonlyMap<string, SlackPerson> {
  const users = new Map<string, SlackPerson>();
  for (const item of text.split(',')) {
    if (item.trim() === '') continue;
    const [, id, word, name] =
      /^([UW][A-Z0-9]{2,20}):([a-z]+)(?:=([\p{L}\p{N}._@-]{1,64}))?$/u.exec(item.trim()) ?? [];
    const role = roles.find((each) => each === word);
    if (id === undefined || role === undefined || role === 'webhook')
      throw new TypeError(
        'SLACK_USERS must hold USER:ROLE or USER:ROLE=NAME with commas between them, such as U0123456789:responder; a ' +
          'role is one of viewer, responder, approver, admin',
      );
    users.set(id, name === undefined ? { role } : { role, name });
  }
  return users;
}
