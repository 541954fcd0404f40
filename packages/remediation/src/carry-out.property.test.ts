import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createActionStore } from './__fixtures__/action-store.js';
import { applyCall, nowMs } from './__fixtures__/deploy-signals.js';
import { passingInput } from './__fixtures__/gate-input.js';
import { planFor, rollbackPlan, setUp } from './__fixtures__/kubernetes-plans.js';
import type { Fault } from './__fixtures__/recorded-request.js';
import { carryOut } from './carry-out.js';
import type { Executor } from './executor.js';
import { evaluateGates } from './gates/evaluate-gates.js';
import type { GateInput } from './gates/gate-input.js';
import type { Plan } from './plan.js';

type Crash = 'none' | 'before-claim' | 'after-claim' | 'after-write';
const crashes: readonly Crash[] = ['none', 'none', 'none', 'before-claim', 'after-claim', 'after-write'];
const faults: readonly (Fault | 'none')[] = [
  'none',
  'none',
  'none',
  { kind: 'reset', isWritten: true },
  { kind: 'reset', isWritten: false },
  { kind: 'status', status: 409 },
  { kind: 'status', status: 503, isWritten: true },
  { kind: 'html' },
];

const commands = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      type: fc.constant('propose' as const),
      kind: fc.constantFrom('rollback', 'restart', 'scale-up'),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('decide' as const),
      plan: fc.nat(1),
      by: fc.constantFrom('jo', 'kim', 'lee'),
      state: fc.constantFrom(
        'approved' as const,
        'approved' as const,
        'approved' as const,
        'rejected' as const,
      ),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constantFrom('stop' as const, 'veto' as const, 'drift' as const) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('wait' as const), ms: fc.nat(400_000) }) },
  {
    weight: 5,
    arbitrary: fc.record({
      type: fc.constant('carry-out' as const),
      plans: fc.array(fc.nat(1), { minLength: 1, maxLength: 3 }),
      crash: fc.constantFrom(...crashes),
      fault: fc.constantFrom(...faults),
      driftsBeforeWrite: fc.boolean(),
    }),
  },
);
type Command = typeof commands extends fc.Arbitrary<infer T> ? T : never;

/** `lee` has no role. */
const roleOf = (person: string | undefined) => (person === 'lee' ? 'viewer' : 'approver');

function createWorld() {
  const set = setUp();
  const { store, approvals, decide } = createActionStore();
  const world = {
    set,
    store,
    decide,
    approvals,
    now: nowMs,
    stopped: false,
    vetoes: false,
    plans: [] as Plan[],
    /** Ids of plans in the order of their writes: each stands in its write. */
    written: () =>
      set.stand.written.map((body) => {
        const found = /"midwatch\/plan":"([0-9a-f]+)"|midwatch~1plan","value":"([0-9a-f]+)"/.exec(
          JSON.stringify(body),
        );
        return found?.[1] ?? found?.[2] ?? '';
      }),
    /** Plans whose gates held when they were last read. */
    held: new Set<string>(),
    /** Ids of plans whose application was begun. */
    begun: [] as string[],
    outcomes: [] as { readonly id: string; readonly outcome: string }[],
    async gateInput(plan: Plan): Promise<GateInput> {
      const target = plan.action.target;
      const restored = set.stand.deployment;
      const observedState = { ...plan.state, generation: restored.metadata.generation };
      const input: GateInput = {
        ...passingInput(plan),
        nowMs: world.now,
        settings: {
          isOn: true,
          safeActions: ['rollback', 'restart', 'scale-up'],
          approverRoles: ['approver'],
          maxActionsPerDay: 1_000,
        },
        secondModel: { planId: plan.id, answer: world.vetoes ? 'veto' : 'no-veto' },
        stopped: world.stopped ? { reason: 'stopped by jo' } : 'no',
        stateNow: target.kind === 'application' ? undefined : observedState,
        approvals: [...approvals.values()].map((row) => ({ ...row, role: roleOf(row.decidedBy) })),
      };
      if (evaluateGates(input).passed) world.held.add(plan.id);
      else world.held.delete(plan.id);
      return input;
    },
  };
  return world;
}
type World = ReturnType<typeof createWorld>;

function crashing(executor: Executor, crash: Crash, begun: string[]): Executor {
  return {
    ...executor,
    async apply(plan, approval, call) {
      begun.push(plan.id);
      if (crash === 'after-claim') throw new Error('crash');
      const outcome = await executor.apply(plan, approval, call);
      if (crash === 'after-write') throw new Error('crash');
      return outcome;
    },
  };
}

async function run(world: World, command: Command): Promise<void> {
  const { set, plans } = world;
  switch (command.type) {
    case 'propose': {
      const plan = command.kind === 'rollback' ? rollbackPlan(set) : planFor(command.kind as 'restart', set);
      const made = await plan.catch(() => undefined);
      if (made !== undefined) plans.push(made);
      return;
    }
    case 'decide': {
      const plan = plans.at(-1 - command.plan);
      if (plan === undefined) return;
      const id = `${plan.id} ${command.by}`;
      const times = { requestedAtMs: world.now, expiresAtMs: world.now + 600_000 };
      if (!world.approvals.has(id)) {
        const action = plan.action;
        world.approvals.set(id, {
          id,
          incidentId: 'inc-1',
          hash: plan.id,
          action,
          state: 'pending',
          ...times,
        });
      }
      await world.decide({ id, hash: plan.id, state: command.state, by: command.by, nowMs: world.now });
      return;
    }
    case 'stop':
      world.stopped = !world.stopped;
      return;
    case 'veto':
      world.vetoes = !world.vetoes;
      return;
    case 'drift':
      set.stand.rollOut(`api:${world.now % 7}`);
      return;
    case 'wait':
      world.now += command.ms;
      return;
    case 'carry-out':
      return carryOutAll(world, command);
  }
}

async function carryOutAll(world: World, command: Extract<Command, { type: 'carry-out' }>): Promise<void> {
  const { set, store } = world;
  const chosen = command.plans.flatMap((back) => world.plans.at(-1 - back) ?? []);
  if (command.fault !== 'none') set.stand.faults = [command.fault];
  if (command.driftsBeforeWrite && command.plans.length === 2) {
    set.stand.beforeWrite = () => set.stand.rollOut('api:9');
  }
  const ready = { ...store };
  if (command.crash === 'before-claim') ready.applyOnce = () => Promise.reject(new Error('crash'));
  const executor = crashing(set.executor, command.crash, world.begun);
  await Promise.all(
    chosen.map(async (plan) => {
      const answer = await carryOut({
        plan,
        incidentId: 'inc-1',
        executor,
        store: ready,
        readGates: () => world.gateInput(plan),
        call: { ...applyCall(), nowMs: world.now },
      }).catch(() => ({ outcome: 'crashed' }));
      world.outcomes.push({ id: plan.id, outcome: answer.outcome });
    }),
  );
  set.stand.faults = [];
  set.stand.beforeWrite = undefined;
}

describe('carrying out over random histories', () => {
  it('writes at most once for a plan, and only when every gate held', { timeout: 60_000 }, async () => {
    let applied = 0;
    let unknown = 0;
    const property = fc.asyncProperty(
      fc.array(commands, { minLength: 10, maxLength: 25, size: 'max' }),
      async (history) => {
        const world = createWorld();
        // So that no history is about nothing.
        await run(world, { type: 'propose', kind: 'rollback' });
        for (const command of history) {
          const before = world.written().length;
          world.held.clear();
          await run(world, command);
          const written = world.written().slice(before);
          expect(written.every((id) => world.held.has(id))).toBe(true);
          // Of two plans for one state only one can be.
          expect(written.length).toBeLessThanOrEqual(1);
        }
        expect(new Set(world.begun).size).toBe(world.begun.length);
        expect(new Set(world.written()).size).toBe(world.written().length);
        const said = world.outcomes.filter(({ outcome }) => outcome === 'applied');
        expect(said.every(({ id }) => world.written().includes(id))).toBe(true);
        applied += world.written().length;
        unknown += world.outcomes.filter(({ outcome }) => outcome === 'unknown').length;
      },
    );
    await fc.assert(property, { numRuns: 300, seed: 20_261_123 });
    // The histories must reach what they are about.
    expect(applied).toBeGreaterThan(50);
    expect(unknown).toBeGreaterThan(20);
  });
});
