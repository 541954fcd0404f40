import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Incident,
  type Proposal,
  type Remediator,
  type Store,
  verifyActionLog,
} from '@midwatch/core/incident';
import { createRemediator, type RemediatorOptions } from '@midwatch/remediation';
import { createKubernetesExecutor } from '@midwatch/remediation/kubernetes';
import { createMemoryStore } from '@midwatch/store/memory';
import { openSqliteStore } from '@midwatch/store/sqlite';
import { describe, expect, it } from 'vitest';
import { createActingCluster, provenRecord, START_MS, scaleUpCase } from './__fixtures__/acting-cluster.js';
import { alertOf } from './__fixtures__/incident-room.js';

const HISTORIES = 25;
const STEPS = 25;
const DAY_MS = 86_400_000;

/** Numbers below a bound, the same for a seed. */
function numbersOf(seed: number) {
  let state = Math.imul(seed, 0x9e37_79b1) >>> 0;
  return (bound: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** How a process ends: with its call of this number, before or after the call was done. */
interface Death {
  atCall: number;
  readonly isDone: boolean;
  readonly tell: () => void;
}

/** What one process shares with others, as long as it lives. */
function createMortal(target: object, dies: Death): object {
  const never = new Promise<never>(() => undefined);
  return new Proxy(target, {
    get(of, name) {
      const value: unknown = Reflect.get(of, name);
      if (typeof value === 'object' && value !== null) return createMortal(value, dies);
      if (typeof value !== 'function') return value;
      return async (...given: unknown[]): Promise<unknown> => {
        dies.atCall -= 1;
        if (dies.atCall < 0) return never;
        const isLast = dies.atCall === 0;
        const answer: unknown = isLast && !dies.isDone ? undefined : await Reflect.apply(value, of, given);
        if (isLast) dies.tell();
        return isLast ? never : answer;
      };
    },
  });
}

async function play(store: Store, seed: number) {
  const number = numbersOf(seed);
  const clusters = [createActingCluster(), createActingCluster()] as const;
  const maxActionsPerDay = 1 + number(5);
  const made: { readonly proposal: Proposal; readonly input: ReturnType<typeof scaleUpCase> }[] = [];
  let now = START_MS;
  let stopped: string | undefined;
  const alert = alertOf({ fingerprint: `history-${seed}`, startsAtMs: START_MS });
  const record = { groupKey: `history-${seed}`, joinSinceMs: START_MS, nowMs: START_MS, effects: {} };
  await store.recordAlert({ alert, incidentId: `inc-${seed}`, ...record });
  const incident = (await store.getIncident(`inc-${seed}`)) as Incident;
  const service = `api-${seed}`;
  const settings = {
    isOn: true,
    safeActions: ['scale-up'],
    approverRoles: ['approver'],
    maxActionsPerDay,
  } as const;
  const call = () => ({ signal: new AbortController().signal, deadlineAtMs: Date.now() + 5_000 });

  function process(atCall = Number.POSITIVE_INFINITY, tell = () => {}): Remediator {
    const dies: Death = { atCall, tell, isDone: number(2) === 0 };
    const parts = { actions: store.actions, approvals: store.approvals };
    const executors = clusters.map((cluster, index) => {
      const { fetch } = createMortal({ fetch: cluster.fetch }, dies) as { fetch: typeof cluster.fetch };
      const access = { baseUrl: 'https://cluster.example', writeToken: 'w', redact: 'none' } as const;
      return createKubernetesExecutor({ ...access, id: `kubernetes-${seed}-${index}`, fetch });
    });
    return createRemediator({
      executors,
      services: { [service]: settings },
      store: {
        ...(createMortal(parts, dies) as Pick<RemediatorOptions['store'], 'actions' | 'approvals'>),
        ledger: { settledRecord: async () => provenRecord },
        listIncidents: async () => ({ items: [incident] }),
      },
      whyStopped: async () => stopped,
      now: () => now,
    });
  }

  async function propose(): Promise<void> {
    const input = scaleUpCase(incident, `kubernetes-${seed}-${number(2)}`, service, now);
    const answer = await process().propose(input, call());
    if ('nothing' in answer) return;
    const { proposal } = answer;
    const { planId: hash, expiresAtMs } = proposal;
    const id = `${hash} 1`;
    const times = { requestedAtMs: now, expiresAtMs };
    await store.approvals.request({ id, incidentId: incident.id, hash, action: {}, ...times });
    if (number(4) > 0) {
      await store.approvals.decide({ id, hash, state: 'approved', by: 'jo', role: 'approver', nowMs: now });
    }
    made.push({ proposal: JSON.parse(JSON.stringify(proposal)) as Proposal, input });
  }

  async function carryOut(): Promise<void> {
    await Promise.all(
      Array.from({ length: 1 + number(3) }, async () => {
        const one = made.at(-1 - number(2));
        if (one === undefined) return;
        const { proposal, input } = one;
        const review = { planId: proposal.planId, answer: 'no-veto', reason: 'x' } as const;
        await new Promise<void>((resolve, reject) => {
          const remediator = process(number(3) === 0 ? 1 + number(24) : undefined, resolve);
          remediator.carryOut({ ...input, proposal, review }, call()).then(() => resolve(), reject);
        });
      }),
    );
  }

  for (let step = 0; step < STEPS; step++) {
    const kind = number(12);
    stopped = kind === 0 ? 'stopped by jo' : undefined;
    if (kind === 1) clusters[number(2)]?.drift();
    else if (kind < 3) now += number(3) === 0 ? DAY_MS : number(120_000);
    else if (kind < 7) await propose();
    else await carryOut();
  }
  return { writes: clusters.flatMap(({ writes }) => writes), incident, maxActionsPerDay };
}

async function logOf({ actions }: Store) {
  const entries = [];
  let cursor: string | undefined;
  do {
    const page = await actions.log.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    entries.push(...page.items);
    cursor = page.next;
  } while (cursor !== undefined);
  return entries;
}

describe.each([
  ['memory', async () => createMemoryStore()],
  ['SQLite', () => openSqliteStore({ path: join(mkdtempSync(join(tmpdir(), 'midwatch-')), 'midwatch.db') })],
] as const)('histories of actions over the store in %s', (_, open) => {
  it('write at most once, within the budget, each behind its entry in a log that verifies', async () => {
    const store = await open();
    let written = 0;
    for (let seed = 1; seed <= HISTORIES; seed++) {
      const { writes, incident, maxActionsPerDay } = await play(store, seed);
      written += writes.length;
      expect(new Set(writes).size).toBe(writes.length);
      const actions = await store.actions.listOf(incident.id);
      const begun = new Map(actions.map((action) => [action.planId, action]));
      expect(writes.filter((planId) => !begun.has(planId))).toEqual([]);
      for (const { begunAtMs } of actions) {
        const inDay = actions.filter(
          (one) => one.begunAtMs <= begunAtMs && one.begunAtMs > begunAtMs - DAY_MS,
        );
        expect(inDay.length).toBeLessThanOrEqual(maxActionsPerDay);
      }
      // Whatever has ended has said the truth.
      const applied = actions.filter(({ state }) => state === 'applied').map(({ planId }) => planId);
      expect(applied.filter((planId) => !writes.includes(planId))).toEqual([]);
      const refused = actions.filter(({ state }) => state === 'refused').map(({ planId }) => planId);
      expect(refused.filter((planId) => writes.includes(planId))).toEqual([]);
    }
    expect(written).toBeGreaterThan(HISTORIES);
    const head = await store.actions.log.head();
    const log = await logOf(store);
    expect(await verifyActionLog(log, head === undefined ? {} : { head })).not.toHaveProperty('fault');
    const begins = log.filter(({ action }) => action === 'begun').map(({ planId }) => planId);
    expect(new Set(begins).size).toBe(begins.length);
    await store.close();
  });
});
