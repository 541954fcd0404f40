export type { Pattern } from './pattern-search.js';
export {
  createRedactor,
  type RedactionResult,
  type RedactorOptions,
  type TelemetryRedactor,
} from './redactor.js';
