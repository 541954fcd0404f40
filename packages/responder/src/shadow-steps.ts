import { ASIDE_STEP_KIND, type NewStep } from '@midwatch/core/incident';
import type { ResponderContext } from './responder-options.js';

/** What a `shadow` step is asked to do. */
export interface ShadowInput {
  readonly number: number;
  /** A person asked for the look. */
  readonly asked?: true;
}

/** After an answer that people are shown, the same question to the shadow; where nobody answered, there is nothing to compare. */
export function shadowSteps(
  { now, shadowAnalyzer }: Pick<ResponderContext, 'now' | 'shadowAnalyzer'>,
  input: ShadowInput,
  isAnswered: boolean,
): readonly NewStep[] {
  if (shadowAnalyzer === undefined || !isAnswered) return [];
  return [{ key: `shadow-${input.number}`, kind: ASIDE_STEP_KIND, input, dueAtMs: now() }];
}
