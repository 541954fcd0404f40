export { type CloudWatchConnectorOptions, createCloudWatchConnector } from './cloudwatch-connector.js';
export type { CloudWatchMetric } from './custom-metric.js';
export type { LogsApi } from './logs-source.js';
export type { CloudWatchMetricFamily } from './metric-families.js';
export type { AwsCredentials, CredentialsOption } from './signed-fetch.js';
export { VERSION } from './version.js';
