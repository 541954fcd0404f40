export { createChangesConnector } from './create-changes-connector.js';
