import { toNote } from '@midwatch/brief';
import type { FetchLike } from '@midwatch/core';
import { createHttpClient, type HttpClient, toCallContext, toNotifierError } from '@midwatch/core/http';
import { type Notification, type Notifier, NotifierError, type NotifyCall } from '@midwatch/core/incident';
import * as z from 'zod';
import { VERSION } from './version.js';

export interface PagerDutyNotifierOptions {
  /** Of a user, or of the account with the right to write: sent as `Token token=`. */
  readonly token: string;
  /** The address of a user of the account, in whose name the note is written. */
  readonly from: string;
  /** `https://api.eu.pagerduty.com` for accounts of the EU. @default 'https://api.pagerduty.com' */
  readonly baseUrl?: string | undefined;
  /** @default 'pagerduty' */
  readonly id?: string | undefined;
  /** @default the global fetch */
  readonly fetch?: FetchLike | undefined;
}

const path = '/incidents/{id}/notes';
/** Of the incidents that one of ours joins; more would be a storm, which nobody reads note by note. */
const MAX_INCIDENTS = 5;
const MAX_CHARACTERS = 4_000;
const DEADLINE_MS = 10_000;

/** https://developer.pagerduty.com/api-reference/a1ac30885eb7a-create-a-note-on-an-incident */
const noteSchema = z.object({ note: z.object({ id: z.string() }) });
/** https://developer.pagerduty.com/api-reference/a2dc4ed2e2de5-list-notes-for-an-incident */
const notesSchema = z.object({ notes: z.array(z.object({ id: z.string(), content: z.string() })) });

/**
 * Writes the brief as a note on each incident of PagerDuty that the alerts came from (`Notification.alerts` of the source
 * `pagerduty`), at most five; where there is none it does nothing. Notes cannot be edited: each is one of its own. An attempt in
 * doubt looks through the notes for its own first. PagerDuty's webhook of a note, `incident.annotated`, is no alert.
 *
 * @throws NotifierError `config` for a token or an address that cannot be right.
 */
export function createPagerDutyNotifier(options: PagerDutyNotifierOptions): Notifier {
  const { baseUrl = 'https://api.pagerduty.com', fetch, from, id = 'pagerduty', token } = options;
  requireOption(/^[!-~]+$/.test(token), 'token', 'must be a token of PagerDuty, without blanks', id);
  requireOption(/^[^\s@]+@[^\s@]+$/.test(from), 'from', 'must be the address of a user of the account', id);
  const client = createHttpClient({
    connectorId: id,
    baseUrl,
    token,
    tokenHeaders: (value) => ({ authorization: `Token token=${value}` }),
    headers: { accept: 'application/vnd.pagerduty+json;version=2' },
    userAgent: `midwatch-notifier-pagerduty/${VERSION}`,
    allow: [
      { method: 'GET', path },
      { method: 'POST', path },
    ],
  });

  async function write(incident: string, note: Note, call: NotifyCall, mayHaveArrived: boolean) {
    if (mayHaveArrived && (await stands(client, incident, note, call, fetch))) return;
    await client.request(
      {
        method: 'POST',
        path,
        pathParameters: { id: incident },
        headers: { from },
        json: { note: { content: note.content } },
        schema: noteSchema,
      },
      toCallContext(call, fetch, DEADLINE_MS),
    );
  }

  return {
    id,
    async notify(notification, call) {
      const incidents = incidentsOf(notification);
      const note = await toIncidentNote(notification);
      try {
        for (const [index, incident] of incidents.entries()) {
          // What stands on the first is not known to stand on the second.
          await write(incident, note, call, notification.mayHaveArrived === true || index > 0);
        }
      } catch (error) {
        throw toNotifierError(error, id);
      }
      const channel = incidents.join(' ');
      return { reference: { notifierId: id, channel, messageId: note.mark, editable: false } };
    },
  };
}

interface Note {
  readonly content: string;
  /** Stands in the content: by it a note is found again. */
  readonly mark: string;
}

function incidentsOf({ alerts = [] }: Notification): readonly string[] {
  const ids = alerts.filter(({ source }) => source === 'pagerduty').map(({ fingerprint }) => fingerprint);
  // An id of PagerDuty; anything else would be a path of somebody's own.
  return ids.filter((each) => /^\w{1,40}$/.test(each)).slice(0, MAX_INCIDENTS);
}

async function toIncidentNote({ brief, deliveryId, nowMs }: Notification): Promise<Note> {
  const mark = `midwatch-${await shortHash(deliveryId)}`;
  const lines = toNote(brief, { nowMs, maxCharacters: MAX_CHARACTERS }).map(({ style, text }) =>
    style === 'command' ? `    ${text}` : text,
  );
  return { content: [...lines, mark].join('\n'), mark };
}

async function stands(
  client: HttpClient,
  incident: string,
  { mark }: Note,
  call: NotifyCall,
  fetch: FetchLike | undefined,
): Promise<boolean> {
  const { body } = await client.request(
    { method: 'GET', path, pathParameters: { id: incident }, schema: notesSchema },
    toCallContext(call, fetch, DEADLINE_MS),
  );
  return body.notes.some(({ content }) => content.endsWith(mark));
}

async function shortHash(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)));
  return Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function requireOption(holds: boolean, name: string, what: string, notifierId: string): void {
  if (!holds) throw new NotifierError({ code: 'config', notifierId, message: `\`${name}\` ${what}` });
}
