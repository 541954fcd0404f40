export type { ApplicationMap, ClusterMap } from './application-match.js';
export { type ArgoCdConnectorOptions, createArgoCdConnector } from './argocd-connector.js';
export { VERSION } from './version.js';
