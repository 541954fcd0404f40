export { createLokiConnector, type LokiConnectorOptions } from './loki-connector.js';
export { VERSION } from './version.js';
