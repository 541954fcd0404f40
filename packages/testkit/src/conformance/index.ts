export { type ConformanceCheck, ConformanceFailure } from './check.js';
export {
  type ConformanceRun,
  conformanceChecks,
  conformanceRuns,
  connectorConformance,
} from './connector-conformance.js';
export type {
  ConformanceBackend,
  ConformanceOptions,
  ConformanceQueries,
  ConformanceScenario,
  HttpConformanceOptions,
  LocalConformanceOptions,
} from './subject.js';
