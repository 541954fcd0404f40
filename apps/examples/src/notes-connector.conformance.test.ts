import { connectorConformance } from '@midwatch/testkit/conformance';
import { createNotesConnector } from './notes-connector.js';

await connectorConformance({
  name: 'notes',
  create: ({ fetch, baseUrl, token }) => createNotesConnector({ fetch, baseUrl, token }),
  skip: {
    'repeated-cursor': 'All notes come in one answer, so that there is no cursor.',
    'limit-spreads': 'One request is all that this example makes, and the vendor samples nothing.',
    'unknown-service': 'The vendor tells notes, not who may write them.',
    'page-two-fails': 'All notes come in one answer, so that there is no second page.',
  },
  // The vendor, as small as it can be: `count` notes spread over the window, kept to the request's times and limit.
  backend: ({ count, window }) => {
    const stepMs = (window.endMs - window.startMs) / Math.max(count, 1);
    const notes = Array.from({ length: count }, (_, index) => ({
      at: window.startMs + Math.floor(index * stepMs),
      text: `note ${index}`,
    }));
    return (request) => {
      const { searchParams } = new URL(request.url);
      const [from, to, limit] = ['from', 'to', 'limit'].map((name) => Number(searchParams.get(name)));
      const found = notes.filter(({ at }) => at >= (from ?? 0) && at < (to ?? 0));
      if (searchParams.get('order') === 'newest') found.reverse();
      return Response.json({ notes: found.slice(0, limit) });
    };
  },
});
