export { createDeploysFileConnector, type DeploysFileConnectorOptions } from './deploys-file-connector.js';
export type { BundledIncident } from './incident-file.js';
export { type IncidentBundle, type OpenBundleOptions, openBundle } from './open-bundle.js';
