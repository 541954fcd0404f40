export { createTemplateConnector, type TemplateConnectorOptions } from './template-connector.js';
export { VERSION } from './version.js';
