import type { Effects } from '@midwatch/core/incident';

/** How a step ends well. */
export interface StepEnd {
  readonly result?: unknown;
  readonly effects?: Effects;
}
