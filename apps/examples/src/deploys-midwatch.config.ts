import { createDeploysFileConnector } from '@midwatch/connector-otlp-file/node';
import { defineConfig } from 'midwatch';

export default defineConfig({
  connectors: [createDeploysFileConnector({ path: 'deploys.json' })],
});
