import type { NewStep } from '@midwatch/core/incident';
import { collectKey } from './incident-state.js';
import type { ResponderContext } from './responder-options.js';
import type { LifeCycleRules } from './rules.js';

/** What a `collect` step is asked to do. */
export interface CollectInput {
  readonly number: number;
  /** Only what was late in the look before is asked again, with more time. */
  readonly onlyLate?: true;
  /** The brief changes only when this look says something else than the one before. */
  readonly onlyChanges?: true;
  /** A person asked for it: a silence keeps no model from being asked. */
  readonly asked?: true;
}

/** Why a `look-again` step is there. */
export interface LookAgainInput {
  readonly because: 'still-firing' | 'fires-again' | 'maintenance';
}

export function collectStep(
  number: number,
  dueAtMs: number,
  more: Pick<CollectInput, 'asked' | 'onlyLate' | 'onlyChanges'> = {},
): NewStep {
  const input: CollectInput = { number, ...more };
  return { key: collectKey(number), kind: 'collect', input, dueAtMs };
}

/** A look whose brief goes out, and those after it while the incident burns. */
export function newLook(
  { rules }: Pick<ResponderContext, 'rules'>,
  number: number,
  nowMs: number,
): NewStep[] {
  return [
    collectStep(number, nowMs),
    ...rules.secondLooksAfterMs.map((afterMs) => ({
      ...lookAgain('still-firing', nowMs + afterMs),
      key: `second-look-${number}-${afterMs}`,
    })),
  ];
}

/** When the next look may be made; a second look that is due as the cooldown ends comes after what had to wait for it. */
export function coolAt(rules: LifeCycleRules, askedAtMs: number | undefined): number {
  return askedAtMs === undefined ? -Infinity : askedAtMs + rules.cooldownMs - 1;
}

/** The same due time makes the same step: of many alerts that come back, one look. */
export function lookAgain(because: LookAgainInput['because'], dueAtMs: number): NewStep {
  return {
    key: `look-again-${dueAtMs}`,
    kind: 'look-again',
    input: { because } satisfies LookAgainInput,
    dueAtMs,
  };
}
