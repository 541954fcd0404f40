import { defineConfig } from 'midwatch';
import { createNotesConnector } from './notes-connector.js';

export default defineConfig({
  connectors: [
    createNotesConnector({
      baseUrl: process.env['NOTES_URL'] ?? 'http://127.0.0.1:9000',
      token: () => process.env['NOTES_TOKEN'] ?? '',
    }),
  ],
  // `checkout` of the alerts is called `team-checkout` there; `stock` is not known there at all.
  services: [
    { name: 'checkout', namespace: 'shop', aliases: { notes: 'team-checkout' } },
    { name: 'stock', namespace: 'shop', aliases: { notes: null } },
  ],
});
