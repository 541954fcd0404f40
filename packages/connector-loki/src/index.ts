export { createLokiConnector, type LokiConnectorOptions } from './loki-connector.js';
