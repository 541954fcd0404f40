import { toNote } from '@midwatch/brief';
import type { FetchLike } from '@midwatch/core';
import { createHttpClient, type TokenOption, toCallContext, toNotifierError } from '@midwatch/core/http';
import {
  type Brief,
  type MessageReference,
  type Notification,
  type Notifier,
  NotifierError,
  type NotifyCall,
} from '@midwatch/core/incident';
import * as z from 'zod';
import { VERSION } from './version.js';

export interface GrafanaNotifierOptions {
  /** Where Grafana is; a path prefix is kept. */
  readonly baseUrl: string;
  /** Of a service account with `annotations:read`, `annotations:create` and `annotations:write`. */
  readonly token: TokenOption;
  /** Marks this dashboard only. @default every dashboard whose annotation query asks for the tag `midwatch` */
  readonly dashboardUid?: string | undefined;
  /** @default 'grafana' */
  readonly id?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

const DEADLINE_MS = 10_000;
const MAX_CHARACTERS = 1_500;
const MAX_TAG = 80;

/** https://grafana.com/docs/grafana/latest/developers/http_api/annotations/ */
const createdSchema = z.object({ id: z.int() });
const changedSchema = z.object({ message: z.string() });
const foundSchema = z.array(z.object({ id: z.int() }));

/**
 * Keeps one annotation of each incident: from its onset, and up to its end once it is resolved. Later briefs change it in place.
 * Tags: `midwatch`, the incident's id, `service:` and `namespace:`. An attempt in doubt looks for the annotation by its tags.
 *
 * @throws NotifierError `config` for an address that is none.
 */
export function createGrafanaNotifier(options: GrafanaNotifierOptions): Notifier {
  const { baseUrl, fetch, id = 'grafana', token } = options;
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    const message = '`baseUrl` must be the address of Grafana, such as https://grafana.example.com';
    throw new NotifierError({ code: 'config', notifierId: id, message });
  }
  const client = createHttpClient({
    connectorId: id,
    baseUrl,
    token,
    userAgent: `midwatch-notifier-grafana/${VERSION}`,
    allow: [
      { method: 'GET', path: '/api/annotations' },
      { method: 'POST', path: '/api/annotations' },
      { method: 'PATCH', path: '/api/annotations/{id}' },
    ],
  });

  async function create(notification: Notification, call: NotifyCall): Promise<string> {
    const { dashboardUid } = options;
    const { body } = await client.request(
      {
        method: 'POST',
        path: '/api/annotations',
        json: {
          ...toAnnotation(notification),
          time: notification.brief.sinceMs,
          ...(dashboardUid === undefined ? {} : { dashboardUID: dashboardUid }),
        },
        schema: createdSchema,
      },
      toCallContext(call, fetch, DEADLINE_MS),
    );
    return String(body.id);
  }

  async function change(annotation: string, notification: Notification, call: NotifyCall): Promise<void> {
    await client.request(
      {
        method: 'PATCH',
        path: '/api/annotations/{id}',
        pathParameters: { id: annotation },
        json: toAnnotation(notification),
        schema: changedSchema,
      },
      toCallContext(call, fetch, DEADLINE_MS),
    );
  }

  async function find({ incidentId }: Notification, call: NotifyCall): Promise<string | undefined> {
    const { body } = await client.request(
      {
        method: 'GET',
        path: '/api/annotations',
        query: { type: 'annotation', tags: ['midwatch', toTag(incidentId)], limit: 1 },
        schema: foundSchema,
      },
      toCallContext(call, fetch, DEADLINE_MS),
    );
    return body[0] === undefined ? undefined : String(body[0].id);
  }

  async function deliver(notification: Notification, call: NotifyCall): Promise<string> {
    const { mayHaveArrived, previous } = notification;
    const known =
      previous?.messageId ?? (mayHaveArrived === true ? await find(notification, call) : undefined);
    if (known === undefined) return create(notification, call);
    await change(known, notification, call);
    return known;
  }

  return {
    id,
    async notify(notification, call): Promise<{ reference: MessageReference }> {
      try {
        const messageId = await deliver(notification, call);
        const channel = options.dashboardUid ?? new URL(baseUrl).host;
        return { reference: { notifierId: id, channel, messageId, editable: true } };
      } catch (error) {
        throw asNotEditable(toNotifierError(error, id), notification);
      }
    },
  };
}

/** An annotation that somebody has deleted: a new one is made in its place. */
function asNotEditable(error: NotifierError, { previous }: Notification): NotifierError {
  if (error.status !== 404 || previous === undefined) return error;
  const { notifierId, status } = error;
  return new NotifierError({ code: 'not-editable', notifierId, message: 'the annotation is gone', status });
}

function toAnnotation({ brief, incidentId, nowMs }: Notification) {
  const { namespace, service, sinceMs } = brief;
  return {
    text: toHtml(brief, nowMs),
    tags: [
      'midwatch',
      toTag(incidentId),
      toTag(`service:${service}`),
      ...(namespace === undefined ? [] : [toTag(`namespace:${namespace}`)]),
    ],
    // Without an end of its own it would be a point in time, also while it burns.
    timeEnd: Math.max(nowMs, sinceMs + 1),
  };
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Grafana shows the text as HTML, which it sanitises; nothing of telemetry is left for that to decide. */
function toHtml(brief: Brief, nowMs: number): string {
  return toNote(brief, { nowMs, maxCharacters: MAX_CHARACTERS })
    .map(({ text }) => text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? ''))
    .join('<br>');
}

function toTag(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}:._/-]+/gu, '-').slice(0, MAX_TAG);
}
