import type { CallContextV1 } from '@midwatch/core';
import type { RemediatorCall } from '@midwatch/core/incident';

/** An executor brings its own fetch or uses the global one: core's limit is for reading telemetry. */
export function toExecutorCall({ signal, deadlineAtMs }: RemediatorCall): CallContextV1 {
  return { signal, deadlineAtMs, fetch: (input, init) => fetch(input, init) };
}
