export { type ConformanceCheck, ConformanceFailure } from './check.js';
export { type ConformanceFault, conformanceFaults } from './conformance-fault.js';
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
  OpenContent,
} from './subject.js';
