import type { Store } from '@midwatch/core/incident';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterEach, expect, test } from 'vitest';
import { expectOneOfMany } from '../__fixtures__/begin-at-once.js';
import { readLines, startChild } from '../__fixtures__/child-process.js';
import { postgresDatabases } from '../__fixtures__/postgres-database.js';
import { expectWholeLog } from '../__fixtures__/sample-actions.js';
import { sampleRecord, sampleSteps } from '../__fixtures__/sample-records.js';
import { openPostgresStore } from './open-postgres-store.js';

const opened: Store[] = [];
afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
});

/** Three replicas, each with its own connections. */
async function openThree(url: string): Promise<[Store, Store, Store]> {
  const open = () => openPostgresStore({ url });
  const three = await Promise.all([open(), open(), open()]);
  opened.push(...three);
  return three;
}

const recordOf = (id: string, steps: number) =>
  sampleRecord({
    incidentId: id,
    groupKey: id,
    alert: { fingerprint: id },
    effects: { opened: sampleSteps(steps) },
  });

realComponent('postgres', (binary) => {
  const databases = postgresDatabases(binary);

  test('of three that open an empty database at once, one migrates it and none fails', async () => {
    const url = databases.create();
    await openThree(url);
    expect(await databases.query(url, 'select version from midwatch_schema')).toHaveLength(1);
  });

  test('three that record the same alerts at once keep each once, in one incident', async () => {
    const stores = await openThree(databases.create());
    const record = (index: number) =>
      sampleRecord({ incidentId: `inc-${index}`, alert: { fingerprint: `f${index % 20}` } });
    const outcomes = await Promise.all(
      Array.from({ length: 120 }, (_, index) => stores[index % 3]!.recordAlert(record(index))),
    );
    const count = (wanted: string) => outcomes.filter(({ outcome }) => outcome === wanted).length;
    expect([count('opened'), count('joined'), count('repeated')]).toEqual([1, 19, 100]);
    expect(await stores[0]!.listIncidents({ limit: 9 })).toMatchObject({ items: [{ alertCount: 20 }] });
  });

  test('eighteen lanes of three replicas never do two steps of one incident at a time, and each step once', async () => {
    const stores = await openThree(databases.create());
    for (let index = 0; index < 20; index += 1) await stores[0]!.recordAlert(recordOf(`inc-${index}`, 4));
    const busy = new Set<string>();
    const done: string[] = [];
    const overlaps: string[] = [];
    const lane = async (store: Store) => {
      for (let empty = 0; empty < 20 && done.length < 80; ) {
        const step = await store.steps.claim({ nowMs: 20_000, leaseMs: 60_000 });
        if (step === undefined) {
          empty += 1;
          await new Promise((resolve) => setTimeout(resolve, 10));
          continue;
        }
        if (busy.has(step.incidentId)) overlaps.push(step.incidentId);
        busy.add(step.incidentId);
        await new Promise(setImmediate);
        busy.delete(step.incidentId);
        if (await store.steps.complete(step, { nowMs: 20_001 })) done.push(`${step.incidentId} ${step.key}`);
      }
    };
    await Promise.all(stores.flatMap((store) => Array.from({ length: 6 }, () => lane(store))));
    expect(overlaps).toEqual([]);
    expect(done).toHaveLength(80);
    expect(new Set(done).size).toBe(80);
  });

  /** Holds every such change in the middle of its transaction, so that what is at the same time meets. */
  const slowDown = (url: string, change: string) =>
    databases.query(
      url,
      `create function wait() returns trigger language plpgsql as 'begin perform pg_sleep(0.05); return new; end';
       create trigger slow before ${change} execute function wait()`,
    );

  test('six claims at once of an incident with six steps: one gets the step that is due longest', async () => {
    const url = databases.create();
    const stores = await openThree(url);
    await stores[0]!.recordAlert(recordOf('inc', 6));
    await slowDown(url, 'update on work_item for each row');
    for (let round = 0; round < 3; round += 1) {
      const nowMs = 20_000 + round * 100;
      const claims = [...stores, ...stores].map((store) => store.steps.claim({ nowMs, leaseMs: 50 }));
      const steps = (await Promise.all(claims)).filter((step) => step !== undefined);
      // One whose lease ran out waits since then, the others since they were put in.
      expect(steps.map(({ key, attempts }) => [key, attempts])).toEqual([[`s${round}`, 1]]);
    }
  });

  test('a step that is ended twice and taken over at once is ended or taken over, with the effects of one', async () => {
    const url = databases.create();
    const [one, other] = await openThree(url);
    await one!.recordAlert(recordOf('inc', 1));
    await slowDown(url, 'insert on audit_entry for each row');
    const held = await other!.steps.claim({ nowMs: 10, leaseMs: 10 });
    const effects = { audit: [{ actor: 'a', action: 'ended' }] };
    const answers = await Promise.all([
      one!.steps.complete(held!, { nowMs: 11, effects }),
      other!.steps.fail(held!, { nowMs: 11, error: 'x', effects }),
      one!.steps.claim({ nowMs: 21, leaseMs: 10 }).then((step) => step !== undefined),
    ]);
    expect(answers.filter((answer) => answer)).toHaveLength(1);
    expect((await one!.audit.list({ limit: 9 })).items).toHaveLength(answers[2] ? 0 : 1);
  });

  test('an approval that two decide at once is decided once, with the effects of one', async () => {
    const url = databases.create();
    const [one, other] = await openThree(url);
    await one!.recordAlert(recordOf('inc', 0));
    await slowDown(url, 'insert on audit_entry for each row');
    const approval = { id: 'a', incidentId: 'inc', hash: 'h', action: 1, requestedAtMs: 1, expiresAtMs: 9 };
    await one!.approvals.request(approval);
    const effects = { audit: [{ actor: 'a', action: 'decided' }] };
    const decide = (store: Store | undefined, by: string) =>
      store!.approvals.decide({ id: 'a', hash: 'h', state: 'approved', by, nowMs: 2, effects });
    const answers = await Promise.all([decide(one, 'ann'), decide(other, 'bob')]);
    expect(answers.toSorted()).toEqual(['done', 'wrong-state']);
    expect((await one!.audit.list({ limit: 9 })).items).toHaveLength(1);
  });

  test('of many replicas that begin actions at once, plan, budget and target let one begin each, and the log is whole', async () => {
    const url = databases.create();
    const stores = await openThree(url);
    await slowDown(url, 'insert on action_log for each row');
    await expectOneOfMany(stores, 30);
  });

  test('an incident that is deleted while its log is written leaves no text behind', async () => {
    const url = databases.create();
    const [one, other] = await openThree(url);
    await slowDown(url, 'insert on action_log for each row');
    for (let round = 0; round < 5; round += 1) {
      await one!.recordAlert(recordOf('inc-1', 0));
      await Promise.all([
        one!.actions.log.append([{ actor: 'ann', action: 'asked', incidentId: 'inc-1', detail: 'x' }], 1),
        other!.prune({ incidentsBeforeMs: 99_999, limit: 9 }),
      ]);
    }
    expect(await databases.query(url, 'select 1 from action_log where salt is not null')).toEqual([]);
    await expectWholeLog(one!, 5);
  });

  test('deliveries of one channel go out in order and one at a time, whichever replica takes them', async () => {
    const stores = await openThree(databases.create());
    await stores[0]!.recordAlert(recordOf('inc', 0));
    const add = (index: number) =>
      stores[index % 3]!.apply({
        incidentId: 'inc',
        nowMs: 1,
        effects: { deliveries: [{ key: `d${index}`, channel: 'slack', payload: index, dueAtMs: 1 }] },
      });
    const taken: string[] = [];
    const take = async (store: Store) => {
      for (let round = 0; round < 60 && taken.length < 30; round += 1) {
        const delivery = await store.outbox.claim({ nowMs: 2, leaseMs: 1_000 });
        if (delivery === undefined) continue;
        taken.push(delivery.key);
        expect(await Promise.all(stores.map((it) => it.outbox.claim({ nowMs: 3, leaseMs: 1 })))).toEqual([
          undefined,
          undefined,
          undefined,
        ]);
        await store.outbox.complete(delivery, { nowMs: 4 });
      }
    };
    await Promise.all([
      ...Array.from({ length: 30 }, (_, index) => add(index)),
      ...stores.map((it) => take(it)),
    ]);
    await take(stores[0]!);
    expect(new Set(taken).size).toBe(30);
    expect(taken).toHaveLength(30);
  });

  test('three processes that record one storm open one incident, and share its steps without doing one twice', async () => {
    const url = databases.create();
    const [store] = await openThree(url);
    const run = (task: 'storm' | 'work') =>
      Promise.all(['a', 'b', 'c'].map((name) => readLines(startChild(task, url, name))));
    expect((await run('storm')).flat().toSorted()).toEqual([
      ...Array.from({ length: 299 }, () => 'joined'),
      'opened',
    ]);
    expect((await store!.listIncidents({ limit: 9 })).items).toMatchObject([{ alertCount: 300 }]);
    await store!.apply({
      incidentId: (await store!.listIncidents({ limit: 1 })).items[0]!.id,
      nowMs: 1,
      effects: sampleSteps(100),
    });
    const done = (await run('work')).flat();
    expect(done).toHaveLength(100);
    expect(new Set(done).size).toBe(100);
  });

  test('a writer killed five times loses nothing that it acknowledged', async () => {
    const url = databases.create();
    const [store] = await openThree(url);
    const acknowledged: string[] = [];
    for (let round = 0; round < 5; round += 1) {
      const child = startChild('write', url, `r${round}`);
      const lines = await readLines(child, (count) => {
        if (count === 20 + round * 7) child.kill('SIGKILL');
      });
      expect(child.signalCode).toBe('SIGKILL');
      acknowledged.push(...lines);
    }
    const unfinished = `select 1 from incident where not exists (select 1 from work_item
      where work_item.incident_id = incident.id and queue = 'step') union all
      select 1 from work_item as step where queue = 'step' and state = 'done' and not exists
      (select 1 from work_item as sent where sent.queue = 'outbox' and sent.incident_id = step.incident_id)`;
    expect(await databases.query(url, unfinished)).toEqual([]);
    for (const line of acknowledged) {
      const [what, id = ''] = line.split(' ');
      if (what === 'alert') expect(await store!.getIncident(id)).toMatchObject({ alertCount: 1 });
      if (what === 'bundle') expect(await store!.bundles.get(id)).toHaveLength(2_000);
      if (what === 'step') expect(await store!.steps.get(id, 's0')).toMatchObject({ state: 'done' });
    }
  });
});
