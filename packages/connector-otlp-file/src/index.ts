export type { OpenFile } from './byte-stream.js';
export {
  createOtlpFileConnector,
  type NamedFile,
  type OtlpFileConnectorOptions,
} from './otlp-file-connector.js';
