export { createPrometheusConnector, type PrometheusConnectorOptions } from './prometheus-connector.js';
