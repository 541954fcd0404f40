import { describe, expect, it } from 'vitest';
import { changeFinding, remedyCase, shiftFinding } from './__fixtures__/remedy-case.js';
import type { PurposefulPlan } from './proposal.js';
import { whyAPerson } from './why-a-person.js';

const rollback = {
  action: { kind: 'rollback' },
  purpose: { service: 'api', deployId: 'deploy-D1' },
} as PurposefulPlan;
const HOUR_MS = 3_600_000;
const near = changeFinding('D1');
const why = (...findings: Parameters<typeof remedyCase>[1] & object) =>
  whyAPerson(rollback, remedyCase([], findings).evidence);

describe('what asks for a person', () => {
  it('is nothing when a metric of the service shows it after its own deploy', () => {
    expect(why(near, shiftFinding)).toEqual([]);
  });

  it('is that no metric of the very service shows it, or none any more', () => {
    const text = ['no metric of api shows it now'];
    expect(why(near)).toEqual(text);
    expect(why(near, { ...shiftFinding, service: 'gateway' })).toEqual(text);
    expect(why(near, { ...shiftFinding, lasting: false })).toEqual(text);
  });

  it('is a deploy from long before, from after it began, one without a time, or one that is not seen any more', () => {
    const text = ['the deploy was not in the two hours before it began'];
    const { beforeOnsetMs: _, ...timeless } = near;
    expect(why({ ...near, beforeOnsetMs: 2 * HOUR_MS }, shiftFinding)).toEqual([]);
    expect(why({ ...near, beforeOnsetMs: 2 * HOUR_MS + 1 }, shiftFinding)).toEqual(text);
    expect(why({ ...near, beforeOnsetMs: -1 }, shiftFinding)).toEqual(text);
    expect(why(timeless, shiftFinding)).toEqual(text);
    expect(why(changeFinding('D2'), shiftFinding)).toEqual(text);
  });

  it('asks nothing of a deploy where none is taken back', () => {
    const scale = { ...rollback, action: { kind: 'scale-up' } } as PurposefulPlan;
    expect(whyAPerson(scale, remedyCase([], [shiftFinding]).evidence)).toEqual([]);
  });
});
