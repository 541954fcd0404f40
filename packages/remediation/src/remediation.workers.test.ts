import { expect, it } from 'vitest';
import { passingInput } from './__fixtures__/gate-input.js';
import { apply, rollbackPlan, setUp } from './__fixtures__/kubernetes-plans.js';
import { evaluateGates } from './gates/evaluate-gates.js';
import { parsePlan } from './plan.js';

it('plans, gates and applies in workerd', async () => {
  const set = setUp();
  const plan = await parsePlan(JSON.parse(JSON.stringify(await rollbackPlan(set))));
  expect(evaluateGates(passingInput(plan)).passed).toBe(true);
  expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: true });
  expect(await apply(set, plan)).toMatchObject({ outcome: 'applied', wrote: false });
});
