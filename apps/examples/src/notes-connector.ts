import { type ConnectorV1, createSignalIds, type LogSignal, toQueryId } from '@midwatch/core';
import { createHttpClient, type HttpConnectorOptions } from '@midwatch/core/http';
import * as z from 'zod';

const notesSchema = z.object({ notes: z.array(z.object({ at: z.number(), text: z.string() })) });

/** A whole connector for a made-up service that keeps notes: options in, signals and gaps out. */
export function createNotesConnector(options: HttpConnectorOptions): ConnectorV1 {
  const id = options.id ?? 'notes';
  const client = createHttpClient({
    ...options,
    connectorId: id,
    userAgent: 'notes-connector/1.0.0',
    allow: [{ method: 'GET', path: '/notes' }],
  });

  return {
    specVersion: 'v1',
    id,
    sources: {
      logs: {
        limits: { maxItems: 1000 },
        async doQuery({ window, limit, keep, target }, call) {
          // One more than asked: the only way to tell "that was all" from "there is more".
          const query = { from: window.startMs, to: window.endMs, limit: limit + 1, author: target.service };
          const order = keep === 'oldest' ? 'oldest' : 'newest';
          const request = {
            method: 'GET',
            path: '/notes',
            query: { ...query, order },
            schema: notesSchema,
          } as const;
          const { body } = await client.request(request, call);
          const text = `notes of ${target.service ?? 'everybody'}, ${order} first`;
          const queryId = toQueryId(id, text, window);
          const toId = createSignalIds(id, 'logs');
          const signals = body.notes
            .slice(0, limit)
            .sort((one, other) => one.at - other.at)
            .map(
              (note): LogSignal => ({
                kind: 'logs',
                id: toId(String(note.at), note.text),
                timestampMs: note.at,
                timeUnixNano: `${note.at}000000`,
                connectorId: id,
                queryId,
                body: note.text,
                attributes: {},
              }),
            );
          const cut = body.notes.length > limit;
          return {
            signals,
            gaps: cut ? [{ reason: 'row-limit', missing: { count: 1, exact: false } }] : [],
            provenance: [{ queryId, language: 'http', text, window }],
          };
        },
      },
    },
    async checkHealth(call) {
      try {
        await client.request(
          { method: 'GET', path: '/notes', query: { limit: 1 }, schema: notesSchema },
          call,
        );
        return { state: 'healthy' };
      } catch (error) {
        if (call.signal.aborted) throw error;
        return { state: 'unhealthy', detail: error instanceof Error ? error.message : 'unknown' };
      }
    },
  };
}
