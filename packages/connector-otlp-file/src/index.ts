export type { OpenFile } from './byte-stream.js';
export type { NamedFile } from './file-source.js';
export { createOtlpFileConnector, type OtlpFileConnectorOptions } from './otlp-file-connector.js';
