import type { FetchLike } from '@midwatch/core';
import {
  createHttpClient,
  type HttpClient,
  ignoringBody,
  type QueryParameters,
  toCallContext,
  toNotifierError,
} from '@midwatch/core/http';
import type { Notification, Notifier, NotifyCall } from '@midwatch/core/incident';
import * as z from 'zod';
import { VERSION } from './version.js';
import { parseWebhookUrl } from './webhook-address.js';
import { toBody } from './webhook-body.js';
import { parseSecret, signedHeaders, toWebhookId } from './webhook-signature.js';

/** Where the brief goes, and how the receiver knows that it is ours. */
export interface WebhookNotifierOptions {
  /** https, not into a private network. It may hold a secret and never stands in an error. */
  readonly webhookUrl: string;
  /** `whsec_` and 24 to 64 random bytes in base64, shared with the receiver. */
  readonly secret: string;
  /** @default 'webhook' */
  readonly id?: string | undefined;
  /** Lets the address lead to this machine, and be http then. @default false */
  readonly allowLoopback?: boolean | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

const DEADLINE_MS = 10_000;

/**
 * Sends each brief as signed JSON (`webhookPayloadSchema`). Tries once, for at most 10 s, and follows no redirect. Attempts
 * of one delivery have the same `webhook-id`, by which a receiver drops what it has already.
 *
 * @throws NotifierError `config` for an address or a secret that cannot be right.
 */
export function createWebhookNotifier(options: WebhookNotifierOptions): Notifier {
  const { id = 'webhook', fetch: own } = options;
  const url = parseWebhookUrl(options.webhookUrl, {
    allowLoopback: options.allowLoopback === true,
    notifierId: id,
  });
  const key = parseSecret(options.secret, id);
  const path = url.pathname.endsWith('/') ? '/' : '';
  const client = openClient(url, path, id);

  async function deliver(notification: Notification, call: NotifyCall): Promise<string> {
    const body = toBody(notification, id);
    const webhookId = await toWebhookId(notification.deliveryId);
    const timestampSeconds = Math.floor(Date.now() / 1000);
    const headers = await signedHeaders({ id: webhookId, timestampSeconds, body }, key);
    await client.request(
      {
        method: 'POST',
        path,
        query: queryOf(url),
        headers,
        // The transport writes it again, to the same text: `body` came out of JSON.
        json: JSON.parse(body),
        schema: z.null(),
      },
      ignoringBody(toCallContext(call, own, DEADLINE_MS)),
    );
    return webhookId;
  }

  return {
    id,
    async notify(notification, call) {
      try {
        const messageId = await deliver(notification, call);
        return { reference: { notifierId: id, channel: url.host, messageId, editable: true } };
      } catch (error) {
        throw toNotifierError(error, id);
      }
    },
  };
}

function openClient(url: URL, path: string, connectorId: string): HttpClient {
  return createHttpClient({
    connectorId,
    baseUrl: `${url.origin}${url.pathname}`,
    userAgent: `midwatch-notifier-webhook/${VERSION}`,
    allow: [{ method: 'POST', path }],
  });
}

function queryOf({ searchParams }: URL): QueryParameters {
  return Object.fromEntries([...searchParams.keys()].map((name) => [name, searchParams.getAll(name)]));
}
