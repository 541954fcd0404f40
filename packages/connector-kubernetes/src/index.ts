export { createKubernetesConnector, type KubernetesConnectorOptions } from './kubernetes-connector.js';
export { VERSION } from './version.js';
