import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { defineConfig } from 'midwatch';

export default defineConfig({
  connectors: [
    createLokiConnector({
      baseUrl: 'https://loki.example.com',
      token: () => process.env['LOKI_TOKEN'] ?? '',
    }),
    createPrometheusConnector({ baseUrl: 'https://prometheus.example.com' }),
  ],
  services: [{ name: 'checkout', namespace: 'shop', aliases: { prometheus: 'checkout-v2' } }],
});
