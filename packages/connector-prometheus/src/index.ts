export { createPrometheusConnector, type PrometheusConnectorOptions } from './prometheus-connector.js';
export { VERSION } from './version.js';
