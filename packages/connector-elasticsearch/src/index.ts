export {
  createElasticsearchConnector,
  type ElasticsearchConnectorOptions,
} from './elasticsearch-connector.js';
export type { FieldNames, FieldRole } from './field-candidates.js';
export { VERSION } from './version.js';
