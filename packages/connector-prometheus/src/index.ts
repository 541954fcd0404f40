export { createPrometheusConnector, type PrometheusConnectorOptions } from './prometheus-connector.js';
export type { RequestSigner, SignableRequest } from './request-signer.js';
export { VERSION } from './version.js';
