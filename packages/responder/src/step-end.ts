import type { Effects, Step } from '@midwatch/core/incident';

/** How a step ends well. */
export interface StepEnd {
  readonly result?: unknown;
  readonly effects?: Effects;
}

/** Of what is told when a step is given up: put in again, it has its own to tell. */
export function givenUpKey({ key }: Pick<Step, 'key'>): string {
  return `${key}-failed`;
}
