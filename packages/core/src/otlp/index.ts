export { type Attributes, toAttributes } from './any-value.js';
export type { Decoded, DecodeScope, OtlpDecoder } from './decoded.js';
export { toSpanId, toTraceId } from './identifier.js';
export { createLogDecoder } from './log-decoder.js';
export { logLevelOfLine, severityToLogLevel, toLogLevel } from './log-level.js';
export { createMetricDecoder } from './metric-decoder.js';
export { withMetricRole } from './metric-role.js';
export { compareNanoseconds, nanosecondsToMs, toNanoseconds } from './nanoseconds.js';
export { createTraceDecoder, toTraceSignal } from './trace-decoder.js';
