import { serve } from '@hono/node-server';
import type { WebAssets } from '../http/index.js';
import { listen } from '../listen.js';
import { openSlackActionRoom } from './slack-action-room.js';

/** An incident whose action is offered, and its pages, for a browser. */
export async function serveActionRoom(people: 1 | 2, pages: WebAssets) {
  const room = await openSlackActionRoom(people, { pages });
  const listening = await listen((options) => serve({ ...options, fetch: room.app.fetch }), {
    host: '127.0.0.1',
    port: 0,
  });
  return { ...room, ...listening };
}
