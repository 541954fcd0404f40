export type { AlertmanagerBody } from './alerting/alertmanager-body.js';
export { datadogKeys } from './datadog/datadog-api.js';
export type { JaegerMode } from './jaeger/jaeger-api.js';
export {
  createReactingSimulator,
  type ReactingAlert,
  type ReactingOptions,
  type ReactingSimulator,
  type RunningReactingSimulator,
  type RunningService,
  startReactingSimulator,
} from './reacting/reacting-simulator.js';
export type { ShopWrite } from './reacting/shop.js';
export {
  createScenario,
  type Expectations,
  type PoolScenario,
  type Scenario,
  type ScenarioOptions,
  scenarioKinds,
} from './scenario.js';
export { scenarioNames } from './scenario-names.js';
export type { PlantedChange, Truth } from './scenarios/story.js';
export type { SimulatorFault } from './simulator-fault.js';
export {
  createSimulatorFetch,
  type SimulatorFetch,
  type SimulatorOptions,
  type SourceName,
} from './simulator-fetch.js';
export { type Simulator, type StartOptions, startSimulator } from './start-simulator.js';
