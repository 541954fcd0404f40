import type { FetchLike } from '@midwatch/core';
import { createHttpClient, ignoringBody, toCallContext, toNotifierError } from '@midwatch/core/http';
import { type Notifier, NotifierError } from '@midwatch/core/incident';
import * as z from 'zod';
import { toTeamsMessage } from './to-teams-message.js';
import { VERSION } from './version.js';

export interface TeamsNotifierOptions {
  /**
   * The address that the workflow "When a Teams webhook request is received" shows. Whoever has it can post, so it never stands
   * in an error.
   */
  readonly webhookUrl: string;
  /** @default 'teams' */
  readonly id?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

const DEADLINE_MS = 10_000;
/** Where workflows are served; the connectors of Office 365 (`webhook.office.com`) are retired. */
const hosts: readonly RegExp[] = [
  /\.logic\.azure\.(com|us|cn)$/,
  /\.api\.(gov\.)?powerplatform\.(com|us|cn)$/,
];

/**
 * Posts each brief as a card of its own through a workflow, which can neither edit nor look: its references say
 * `editable: false`. A 202 says that the workflow was started; whether the card came is not told. Tries once.
 *
 * @throws NotifierError `config` when the address is not one of a workflow.
 */
export function createTeamsNotifier(options: TeamsNotifierOptions): Notifier {
  const { id = 'teams', fetch } = options;
  const url = parseWorkflowUrl(options.webhookUrl, id);
  const path = url.pathname.endsWith('/') ? '/' : '';
  const client = createHttpClient({
    connectorId: id,
    baseUrl: `${url.origin}${url.pathname}`,
    userAgent: `midwatch-notifier-teams/${VERSION}`,
    allow: [{ method: 'POST', path }],
  });
  const query = Object.fromEntries(url.searchParams);
  return {
    id,
    async notify({ brief, deliveryId, nowMs }, call) {
      try {
        const json = toTeamsMessage(brief, nowMs);
        const context = ignoringBody(toCallContext(call, fetch, DEADLINE_MS));
        await client.request({ method: 'POST', path, query, json, schema: z.null() }, context);
        return { reference: { notifierId: id, channel: '', messageId: deliveryId, editable: false } };
      } catch (error) {
        throw toNotifierError(error, id);
      }
    },
  };
}

function parseWorkflowUrl(webhookUrl: string, notifierId: string): URL {
  const url = URL.canParse(webhookUrl) ? new URL(webhookUrl) : undefined;
  const isLocal = url !== undefined && /^(localhost|127(\.\d{1,3}){3})$/.test(url.hostname);
  const isWorkflow = url?.protocol === 'https:' && hosts.some((host) => host.test(url.hostname));
  if (url !== undefined && url.username === '' && (isWorkflow || isLocal)) return url;
  const isRetired = url?.hostname.endsWith('.webhook.office.com') === true;
  throw new NotifierError({
    code: 'config',
    notifierId,
    message: isRetired
      ? '`webhookUrl` is one of an Office 365 connector, and those are retired: make a workflow "When a Teams webhook request is received"'
      : '`webhookUrl` must be the address of a Teams workflow, at logic.azure.com or api.powerplatform.com',
  });
}
