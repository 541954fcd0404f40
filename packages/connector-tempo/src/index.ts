export { createTempoConnector, type TempoConnectorOptions } from './tempo-connector.js';
export { VERSION } from './version.js';
