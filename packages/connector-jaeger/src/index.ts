export { createJaegerConnector, type JaegerConnectorOptions } from './jaeger-connector.js';
export { VERSION } from './version.js';
