import type { BeginAction, Store } from '@midwatch/core/incident';
import { expect } from 'vitest';
import { expectWholeLog, sampleBegin } from './sample-actions.js';
import { sampleRecord } from './sample-records.js';

/** Several stores over one empty database begin actions at once: what one of them may do is done once, and the log is whole. */
export async function expectOneOfMany(stores: readonly [Store, ...Store[]], times: number): Promise<void> {
  const [first] = stores;
  await first.recordAlert(sampleRecord());
  const approval = { incidentId: 'inc-1', hash: 'same', action: 1, requestedAtMs: 1, expiresAtMs: 99_999 };
  await first.approvals.request({ id: 'a', ...approval });
  await first.approvals.decide({ id: 'a', hash: 'same', state: 'approved', by: 'ann', nowMs: 2 });
  const all = async (make: (index: number) => BeginAction) => {
    const answers = await Promise.all(
      Array.from({ length: times }, (_, index) => stores[index % stores.length]!.actions.begin(make(index))),
    );
    return Object.fromEntries(
      [...Map.groupBy(answers, (answer) => answer)].map(([key, { length }]) => [key, length]),
    );
  };
  const of = (service: string, target: string) => ({ proposal: { service, target } });
  expect(await all(() => sampleBegin('same', { approvalIds: ['a'], ...of('a', 'one') }))).toEqual({
    ...{ begun: 1, repeated: times - 1 },
  });
  expect(await all((index) => sampleBegin(`b${index}`, { maxBegun: 1, ...of('b', `t${index}`) }))).toEqual({
    ...{ begun: 1, 'over-budget': times - 1 },
  });
  expect(await all((index) => sampleBegin(`t${index}`, of('c', `target ${index % 2}`)))).toEqual({
    ...{ begun: 2, 'target-busy': times - 2 },
  });
  expect(await all((index) => sampleBegin(`f${index}`, of('d', `free ${index}`)))).toEqual({ begun: times });
  await expectWholeLog(first, 4 + times);
}
