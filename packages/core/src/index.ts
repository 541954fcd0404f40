export type { CollectEvent } from './collect/collect-event.js';
export { type CollectSignalsOptions, collectSignals } from './collect/collect-signals.js';
export { isLate } from './collect/earlier-answers.js';
export {
  createLimitedFetch,
  type FetchLease,
  type FetchLeaseScope,
  type LimitedFetch,
  type LimitedFetchOptions,
} from './collect/limited-fetch.js';
export type { RequestEnd } from './collect/limited-request.js';
export {
  type Duration,
  type QuerySignalsOptions,
  querySignals,
  type SignalRequest,
} from './collect/query-signals.js';
export { redactAlert } from './collect/redact-alert.js';
export { redactChange } from './collect/redact-change.js';
export { redactOutcome } from './collect/redact-outcome.js';
export {
  ConnectorError,
  type ConnectorErrorCode,
  type ConnectorErrorOptions,
  connectorErrorCodes,
} from './connector/connector-error.js';
export { createSignalIds, toQueryId } from './connector/signal-id.js';
export {
  type CallContextV1,
  type ConnectorHealthV1,
  type ConnectorV1,
  type FetchLike,
  type Gap,
  type GapReason,
  gapReasons,
  type LabelMapping,
  type Provenance,
  type RevisionRange,
  type SignalBatchV1,
  type SignalQuery,
  type SignalQueryByKind,
  type SignalSourceV1,
  type Target,
  type TimeWindow,
  type WorkloadNames,
} from './connector/v1/connector.js';
export {
  type AttributeValue,
  type ConfigurationChange,
  type DeploySignal,
  deploySignalSchema,
  type IncidentSignal,
  incidentSignalSchema,
  type LogLevel,
  type LogSignal,
  logLevels,
  logSignalSchema,
  type MetricPoint,
  type MetricRole,
  type MetricSignal,
  metricRoles,
  metricSignalSchema,
  type Signal,
  type SignalByKind,
  type SignalKind,
  type Span,
  shareRoles,
  signalKinds,
  signalSchemas,
  type TraceSignal,
  traceSignalSchema,
} from './connector/v1/signal.js';
export { isSameCause } from './memory/is-same-cause.js';
export { toFeatures, toMemoryTerms, toWords } from './memory/memory-terms.js';
export { type MemoryQuestion, type RankMemoriesOptions, rankMemories } from './memory/rank-memories.js';
export { toSignatures } from './memory/to-signatures.js';
export { nameAlert } from './plan/name-alert.js';
export {
  type CollectedSoFar,
  type Plan,
  type PlannedQuery,
  type PlanSettings,
  plan,
} from './plan/plan.js';
export type { ServiceIdentity } from './plan/service-identity.js';
