export { createDatadogConnector, type DatadogConnectorOptions } from './datadog-connector.js';
export type { DatadogRoleQuery } from './role-query.js';
export { VERSION } from './version.js';
