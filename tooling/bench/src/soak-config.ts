// What the soaked server reads: every source behind the same fronts.
import { createArgoCdConnector } from '@midwatch/connector-argocd';
import { createJaegerConnector } from '@midwatch/connector-jaeger';
import { createLokiConnector } from '@midwatch/connector-loki';
import { createPrometheusConnector } from '@midwatch/connector-prometheus';
import { defineConfig } from 'midwatch';

const base = process.env['SOAK_SOURCES_URL'] ?? '';

export default defineConfig({
  connectors: [
    createLokiConnector({ baseUrl: `${base}/loki` }),
    createPrometheusConnector({ baseUrl: `${base}/prometheus` }),
    createArgoCdConnector({ baseUrl: `${base}/argocd`, token: process.env['SOAK_ARGOCD_TOKEN'] ?? '' }),
    createJaegerConnector({ baseUrl: `${base}/jaeger` }),
  ],
});
