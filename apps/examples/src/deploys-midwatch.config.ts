import { readFile } from 'node:fs/promises';
import { createOtlpFileConnector } from '@midwatch/connector-otlp-file';
import { defineConfig } from 'midwatch';

export default defineConfig({
  connectors: [
    createOtlpFileConnector({
      id: 'told-changes',
      deploys: {
        name: 'deploys.json',
        open: async () => new Blob([await readFile('deploys.json')]).stream(),
      },
    }),
  ],
});
