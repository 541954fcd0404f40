import type { Approval, BeginAnswer, Store } from '@midwatch/core/incident';
import { expect, test } from 'vitest';
import { expectWholeLog, readWholeLog, sampleBegin, sampleEnd, sampleProposal } from './sample-actions.js';
import { sampleRecord } from './sample-records.js';

const times = <Item>(count: number, make: (index: number) => Item) =>
  Array.from({ length: count }, (_, index) => make(index));
const tally = (answers: readonly BeginAnswer[]) =>
  Object.fromEntries([...Map.groupBy(answers, (answer) => answer)].map(([key, { length }]) => [key, length]));

/** An approval of a plan, approved at 15,000. */
async function approve(store: Store, id: string, change: Partial<Approval> = {}): Promise<void> {
  const approval = { id, incidentId: 'inc-1', hash: 'p1', action: 1, requestedAtMs: 1, expiresAtMs: 30_000 };
  await store.approvals.request({ ...approval, ...change });
  const { hash } = { ...approval, ...change };
  await store.approvals.decide({ id, hash, state: 'approved', by: 'ann', role: 'approver', nowMs: 15_000 });
}

export function actionTests(current: () => Store): void {
  test('an action begins once, with its approvals used and its entry written', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    for (const id of ['p1 1', 'p1 2']) await approve(store, id);
    const request = sampleBegin('p1', { approvalIds: ['p1 1', 'p1 2'] });
    expect(await store.actions.begin(request)).toBe('begun');
    expect(await store.actions.begin(request)).toBe('repeated');
    for (const id of ['p1 1', 'p1 2'])
      expect(await store.approvals.get(id)).toMatchObject({ state: 'used', decidedRole: 'approver' });
    const { service, target } = request.proposal;
    const recorded = {
      ...{ incidentId: 'inc-1', proposal: request.proposal, planId: 'p1', service, target },
      ...{ remedy: 'rollback', state: 'begun', begunAtMs: 20_000 },
    };
    expect(await store.actions.get('p1')).toEqual(recorded);
    expect(await store.actions.listOf('inc-1')).toEqual([recorded]);
    expect(await store.actions.get('p2')).toBeUndefined();
    expect(await store.actions.listOf('inc-2')).toEqual([]);
    const { items } = await store.actions.log.list({ limit: 9 });
    expect(items).toMatchObject([
      { number: 1, atMs: 20_000, incidentId: 'inc-1', planId: 'p1', ...request.entry },
    ]);
    expect(await store.getIncident('inc-1')).toMatchObject({ updatedAtMs: 20_000 });
    await expectWholeLog(store, 1);
  });

  test('what keeps an action from beginning is told in one order, and changes nothing', async () => {
    const { actions, approvals, recordAlert } = current();
    const ask = (change: Parameters<typeof sampleBegin>[1] = {}, planId = 'p1') =>
      actions.begin(sampleBegin(planId, { approvalIds: ['a'], maxBegun: 0, ...change }));
    expect(await ask()).toBe('unknown-incident');
    await recordAlert(sampleRecord());
    await approve(current(), 'a');
    expect(await actions.begin(sampleBegin('p0'))).toBe('begun');
    expect(await ask({}, 'p0')).toBe('repeated');
    expect(await ask({ approvalIds: ['a', 'nothing'] })).toBe('not-approved');
    expect(await ask()).toBe('target-busy');
    const other = { proposal: { target: 'kubernetes deployment shop/other' } };
    expect(await ask(other)).toBe('over-budget');
    expect(await ask({ ...other, maxBegun: 1 })).toBe('over-budget');
    expect(await approvals.get('a')).toMatchObject({ state: 'approved' });
    expect(await actions.countBegun({ service: 'checkout', sinceMs: 0 })).toBe(1);
    await expectWholeLog(current(), 1);
    expect(await ask({ ...other, maxBegun: 2 })).toBe('begun');
    await expectWholeLog(current(), 2);
  });

  test('an approval that is not of this plan and incident, not approved or over counts for nothing', async () => {
    const store = current();
    await store.recordAlert(sampleRecord());
    await store.recordAlert(
      sampleRecord({ incidentId: 'inc-2', groupKey: 'g2', alert: { fingerprint: 'f2' } }),
    );
    await approve(store, 'other plan', { hash: 'p2' });
    await approve(store, 'other incident', { incidentId: 'inc-2' });
    await approve(store, 'expired', { expiresAtMs: 20_000 });
    await approve(store, 'used');
    await store.approvals.use({ id: 'used', hash: 'p1', nowMs: 16_000 });
    const pending = { incidentId: 'inc-1', hash: 'p1', action: 1, requestedAtMs: 1, expiresAtMs: 30_000 };
    for (const id of ['pending', 'rejected']) await store.approvals.request({ id, ...pending });
    const rejection = { id: 'rejected', hash: 'p1', state: 'rejected', by: 'bob', nowMs: 2 } as const;
    await store.approvals.decide(rejection);
    expect(await store.approvals.get('rejected')).not.toHaveProperty('decidedRole');
    await approve(store, 'good');
    for (const id of ['other plan', 'other incident', 'expired', 'used', 'pending', 'rejected', "a' or 1"])
      expect([id, await store.actions.begin(sampleBegin('p1', { approvalIds: ['good', id] }))]).toEqual([
        id,
        'not-approved',
      ]);
    expect(await store.approvals.get('good')).toMatchObject({ state: 'approved' });
    expect(await store.actions.begin(sampleBegin('p1', { approvalIds: ['good'] }))).toBe('begun');
  });

  test('a target is busy until its action has ended, and while its outcome is unknown; then it can be undone', async () => {
    const { actions, recordAlert } = current();
    await recordAlert(sampleRecord());
    const undo = sampleBegin('undo', { proposal: { undoes: 'p1' } });
    await actions.begin(sampleBegin('p1'));
    expect(await actions.begin(undo)).toBe('target-busy');
    expect(await actions.end(sampleEnd('p1', 'unknown'))).toBe(true);
    expect(await actions.begin(undo)).toBe('target-busy');
    expect(await actions.end(sampleEnd('p1', 'applied', 22_000))).toBe(true);
    expect(await actions.get('p1')).toMatchObject({ state: 'applied', endedAtMs: 22_000 });
    expect(await actions.begin(undo)).toBe('begun');
    expect(await actions.get('undo')).toMatchObject({ undoes: 'p1', state: 'begun' });
    await expectWholeLog(current(), 4);
  });

  test('an outcome is final unless it is unknown, and an effect is known once, of what was applied', async () => {
    const { actions, recordAlert } = current();
    await recordAlert(sampleRecord());
    const effect = (planId: string, of: 'success' | 'worse') =>
      actions.recordEffect({
        planId,
        effect: of,
        nowMs: 30_000,
        entry: { actor: 'midwatch', action: of },
      });
    expect(await actions.end(sampleEnd('p1', 'applied'))).toBe(false);
    expect(await effect('p1', 'worse')).toBe(false);
    await actions.begin(sampleBegin('p1'));
    expect(await effect('p1', 'worse')).toBe(false);
    expect(await actions.end(sampleEnd('p1', 'unknown'))).toBe(true);
    expect(await actions.end(sampleEnd('p1', 'unknown'))).toBe(true);
    expect(await effect('p1', 'worse')).toBe(false);
    expect(await actions.end(sampleEnd('p1', 'applied'))).toBe(true);
    expect(await actions.end(sampleEnd('p1', 'refused'))).toBe(false);
    const effects = await Promise.all([effect('p1', 'success'), effect('p1', 'success')]);
    expect(effects.toSorted()).toEqual([false, true]);
    expect(await effect('p1', 'worse')).toBe(false);
    expect(await actions.get('p1')).toMatchObject({ state: 'applied', effect: 'success' });
    await actions.begin(sampleBegin('p2'));
    expect(await actions.end(sampleEnd('p2', 'refused'))).toBe(true);
    expect(await actions.end(sampleEnd('p2', 'applied'))).toBe(false);
    expect(await effect('p2', 'success')).toBe(false);
    const { items } = await actions.log.list({ limit: 99, incidentId: 'inc-1' });
    expect(items.map(({ action, planId }) => `${planId} ${action}`)).toEqual([
      ...['p1 begun', 'p1 unknown', 'p1 unknown', 'p1 applied', 'p1 success', 'p2 begun', 'p2 refused'],
    ]);
    expect(await current().getIncident('inc-1')).toMatchObject({ updatedAtMs: 30_000 });
    await expectWholeLog(current(), 7);
  });

  test('a budget is of one service and counts from its time on', async () => {
    const { actions, recordAlert } = current();
    await recordAlert(sampleRecord());
    const begin = (planId: string, nowMs: number, service = 'checkout') =>
      actions.begin(
        sampleBegin(planId, {
          ...{ nowMs, maxBegun: 1, countSinceMs: 20_000, proposal: { service, target: planId } },
        }),
      );
    expect(await begin('before', 19_999)).toBe('begun');
    expect(await begin('first', 20_000)).toBe('begun');
    expect(await begin('second', 20_001)).toBe('over-budget');
    expect(await begin('other', 20_001, 'Checkout')).toBe('begun');
    expect(await actions.countBegun({ service: 'checkout', sinceMs: 20_000 })).toBe(1);
    expect(await actions.countBegun({ service: 'checkout', sinceMs: 19_999 })).toBe(2);
    expect((await actions.listOf('inc-1')).map(({ planId }) => planId)).toEqual(['before', 'first', 'other']);
    await expect(begin('x', 20_000.5)).rejects.toMatchObject({ code: 'bad-time' });
    await expect(actions.begin(sampleBegin('x', { maxBegun: 0.5 }))).rejects.toMatchObject({
      code: 'bad-amount',
    });
  });

  test('of fifty that begin at once, the budget lets one, the plan one and each target one begin', async () => {
    const { actions, recordAlert } = current();
    await recordAlert(sampleRecord());
    const all = (make: (index: number) => ReturnType<typeof sampleBegin>) =>
      Promise.all(times(50, (index) => actions.begin(make(index))));
    const ofService = (service: string, target: string) => ({ proposal: { service, target } });
    const budget = await all((index) =>
      sampleBegin(`b${index}`, { maxBegun: 1, ...ofService('a', `t${index}`) }),
    );
    expect(tally(budget)).toEqual({ begun: 1, 'over-budget': 49 });
    const plan = await all(() => sampleBegin('same', ofService('b', 'one')));
    expect(tally(plan)).toEqual({ begun: 1, repeated: 49 });
    const targets = await all((index) => sampleBegin(`t${index}`, ofService('c', `target ${index % 2}`)));
    expect(tally(targets)).toEqual({ begun: 2, 'target-busy': 48 });
    await expectWholeLog(current(), 4);
  });

  test('entries of many writers at once stand one behind the other', async () => {
    const store = current();
    const { log } = store.actions;
    expect(await log.head()).toBeUndefined();
    expect(await log.list({ limit: 1 })).toEqual({ items: [] });
    await log.append([], 1);
    const entry = (action: string) => ({ actor: 'ann', action, detail: { b: [1, null, '\0\uD800'], a: -0 } });
    await Promise.all(times(10, (index) => log.append(times(3, (part) => entry(`a${index}-${part}`)), index)));
    const entries = await readWholeLog(store);
    expect(entries.map(({ number }) => number)).toEqual(times(30, (index) => index + 1));
    for (let first = 0; first < 30; first += 3)
      expect(entries.slice(first, first + 3).map(({ action }) => action.split('-')[1])).toEqual([
        ...['0', '1', '2'],
      ]);
    expect(entries[0]).toMatchObject({ actor: 'ann', detail: { a: 0, b: [1, null, '\0\uD800'] } });
    const { atMs, hash, number } = entries[29]!;
    expect(await log.head()).toEqual({ number, hash, atMs });
    await expectWholeLog(store, 30);
  });

  test('one entry that cannot be kept keeps all of them out, and the action', async () => {
    const { actions, recordAlert } = current();
    await recordAlert(sampleRecord());
    const good = { actor: 'ann', action: 'looked' };
    const bad = { ...good, detail: 1n };
    await expect(actions.log.append([good, bad], 1)).rejects.toMatchObject({ code: 'not-json' });
    await expect(actions.log.append([good], 0.5)).rejects.toMatchObject({ code: 'bad-time' });
    await expect(
      actions.log.append(
        times(201, () => good),
        1,
      ),
    ).rejects.toMatchObject({ code: 'too-large' });
    await expect(actions.begin(sampleBegin('p1', { entry: bad }))).rejects.toMatchObject({
      code: 'not-json',
    });
    expect(await actions.get('p1')).toBeUndefined();
    expect(await actions.log.head()).toBeUndefined();
  });

  test('texts and names go with the incident; figures and hashes stay, and the log is as whole as before', async () => {
    const store = current();
    const { actions } = store;
    await store.recordAlert(sampleRecord());
    const { log } = actions;
    await log.append([{ actor: 'ann', action: 'stopped', detail: { why: 'kept' } }], 9_000);
    await actions.begin(sampleBegin('p1', { entry: { actor: 'ann', action: 'begun', detail: 'secret' } }));
    await actions.end(sampleEnd('p1', 'applied'));
    const before = await readWholeLog(store);
    await store.prune({ incidentsBeforeMs: 99_000, limit: 9 });
    const { service, target } = sampleProposal('p1');
    const figures = { incidentId: 'inc-1', planId: 'p1', service, target, remedy: 'rollback' };
    const recorded = { ...figures, state: 'applied', begunAtMs: 20_000, endedAtMs: 21_000 };
    expect(await actions.get('p1')).toEqual(recorded);
    expect(await actions.countBegun({ service: 'checkout', sinceMs: 0 })).toBe(1);
    const erased = before.map(({ actor, detail, salt, ...rest }) =>
      rest.incidentId === undefined ? { ...rest, actor, detail, salt } : rest,
    );
    expect(await readWholeLog(store)).toEqual(erased);
    // What comes too late names nobody.
    await log.append([{ actor: 'ann', action: 'late', incidentId: 'inc-1', detail: 'secret' }], 99_999);
    expect(await actions.recordEffect({ ...sampleEnd('p1', 'applied'), effect: 'success' })).toBe(true);
    const late = (await log.list({ limit: 9, incidentId: 'inc-1' })).items.slice(2);
    expect(late).toMatchObject([{ action: 'late' }, { planId: 'p1' }]);
    for (const entry of late)
      for (const name of ['actor', 'detail', 'salt']) expect(entry).not.toHaveProperty(name);
    await expectWholeLog(store, 5);
  });
}
