export { createGitHubConnector, type GitHubConnectorOptions } from './github-connector.js';
export type { RepositoryMap } from './repository-map.js';
export { VERSION } from './version.js';
