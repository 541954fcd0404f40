import type { Proposal, RemedyCase } from '@midwatch/core/incident';
import fc from 'fast-check';
import type { ServiceSettings } from '../gates/gate-input.js';
import { nowMs } from './deploy-signals.js';
import { createProcess, freezeWindows, type HistoryWorld, type Made, type Told, type Troubles, type Wish } from './history-world.js';
import type { Fault } from './recorded-request.js';
import { remediatorCall, reviewOf } from './remediator-world.js';
import { adviceOf, changeFinding, incidentOf, remedyCase, shiftFinding } from './remedy-case.js';

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
const noTroubles: Troubles = { crashAt: 0, failAt: 0 };

/** `heal` ends whatever forbids. */
const events = [
  'stop',
  'drift',
  'incident',
  'record',
  'veto',
  'configure',
  'doubt',
  'settle',
  'brink',
  'jump',
  'jump',
  'heal',
  'heal',
  'heal',
] as const;
type Event = (typeof events)[number];
/** What a team changes, from the next process on. */
const narrower: readonly ServiceSettings[] = [
  { isOn: false },
  { safeActions: ['scale-up'] },
  { approverRoles: ['admin'] },
  { isAutomatic: false, undoesByItself: false },
];

const of = <T extends string, More extends object>(type: T, more: { [K in keyof More]: fc.Arbitrary<More[K]> }) =>
  fc.record({ type: fc.constant(type), ...more }) as unknown as fc.Arbitrary<{ type: T } & More>;

/** 0 for none. */
const someAwait = (weight: number) =>
  fc.oneof({ weight, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.integer({ min: 1, max: 60 }) });

/** `plan` counts back from the newest. */
export const commands = fc.oneof(
  {
    weight: 4,
    arbitrary: of<'propose', { cluster: number; kind: Wish; isApproved: boolean; isLooked: boolean; isMeasured: boolean }>('propose', {
      cluster: fc.nat(1),
      kind: fc.constantFrom('rollback', 'rollback', 'restart', 'scale-up'),
      isApproved: fc.constantFrom(true, true, false),
      isLooked: fc.constantFrom(true, true, false),
      isMeasured: fc.constantFrom(true, true, false),
    }),
  },
  {
    weight: 5,
    arbitrary: of<'decide', { plan: number; by: string; isApproved: boolean }>('decide', {
      plan: fc.nat(2),
      by: fc.constantFrom('jo', 'jo', 'Jo', 'kim', 'lee'),
      isApproved: fc.constantFrom(true, true, true, false),
    }),
  },
  { weight: 2, arbitrary: of<'happen', { event: Event }>('happen', { event: fc.constantFrom(...events) }) },
  {
    weight: 1,
    arbitrary: of<'wait', { ms: number }>('wait', { ms: fc.oneof({ weight: 3, arbitrary: fc.nat(400_000) }, { weight: 1, arbitrary: fc.nat(90_000_000) }) }),
  },
  { weight: 3, arbitrary: of<'undo', { plan: number; isApproved: boolean }>('undo', { plan: fc.nat(1), isApproved: fc.constantFrom(true, true, false) }) },
  { weight: 1, arbitrary: of<'tamper', { plan: number; part: number }>('tamper', { plan: fc.nat(2), part: fc.nat(4) }) },
  {
    weight: 7,
    arbitrary: of<
      'carry-out',
      { plans: ({ plan: number } & Troubles)[]; fault: Fault | 'none'; midst: { ticks: number; event: Event } | undefined }
    >('carry-out', {
      plans: fc.array(
        fc.record({ plan: fc.nat(2), crashAt: someAwait(3), failAt: someAwait(6) }),
        { minLength: 1, maxLength: 3 },
      ),
      fault: fc.constantFrom(...faults),
      midst: fc.option(fc.record({ ticks: fc.integer({ min: 1, max: 80 }), event: fc.constantFrom(...events) }), {
        nil: undefined,
      }),
    }),
  },
);
export type Command = typeof commands extends fc.Arbitrary<infer T> ? T : never;

export async function run(world: HistoryWorld, command: Command): Promise<void> {
  switch (command.type) {
    case 'propose':
      return propose(world, command);
    case 'decide':
      return decide(world, command);
    case 'happen':
      return happen(world, command.event, world.made.at(-1));
    case 'wait':
      world.now += command.ms;
      return;
    case 'undo':
      return undo(world, world.made.at(-1 - command.plan), command.isApproved);
    case 'tamper':
      return tamper(world, world.made.at(-1 - command.plan), command.part);
    case 'carry-out':
      return carryOutAll(world, command);
  }
}

/** Where nobody could look for changes of a schema, two people must agree. */
async function propose(world: HistoryWorld, command: Extract<Command, { type: 'propose' }>): Promise<void> {
  const { cluster: index, kind, isApproved, isLooked, isMeasured } = command;
  const cluster = world.clusters[index] ?? world.clusters[0];
  const wished = cluster.id.startsWith('argocd') ? 'rollback' : kind;
  const change = changeFinding('D1', { ...cluster.deploy(), ...(isLooked ? {} : { changes: [] }) });
  const findings = isMeasured ? [change, shiftFinding] : [change];
  const input = remedyCase([adviceOf(wished)], findings);
  const { version } = cluster;
  const draft = { cluster, version, input, kind: wished, proposal: { planId: '', expiresAtMs: 0 } as Proposal };
  const answer = await createProcess(world, draft, noTroubles).remediator.propose(input, remediatorCall());
  if ('proposal' in answer) keep(world, { ...draft, proposal: answer.proposal }, isApproved);
}

/** As it comes back from a store; approvals are asked for. */
function keep(world: HistoryWorld, made: Made, isApproved: boolean): void {
  const proposal = JSON.parse(JSON.stringify(made.proposal)) as Proposal;
  const { planId: hash, expiresAtMs, people } = proposal;
  if (world.made.some((one) => one.proposal.planId === hash)) return;
  for (let number = 1; number <= people; number++) {
    const id = `${hash} ${number}`;
    const times = { requestedAtMs: world.now, expiresAtMs };
    world.actions.approvals.set(id, { id, incidentId: 'inc-1', hash, action: {}, state: 'pending', ...times });
  }
  world.made.push({ ...made, proposal });
  const other = world.made.length % 4 === 0 ? 'Jo' : 'kim';
  if (isApproved) for (const by of ['jo', other]) decide(world, { type: 'decide', plan: 0, by, isApproved });
}

function decide(world: HistoryWorld, { plan, by, isApproved }: Extract<Command, { type: 'decide' }>): void {
  const planId = world.made.at(-1 - plan)?.proposal.planId;
  const row = [...world.actions.approvals.values()].find(({ hash, state }) => hash === planId && state === 'pending');
  if (row === undefined || world.now >= row.expiresAtMs) return;
  const decidedRole = by === 'lee' ? 'viewer' : 'approver';
  const state = isApproved ? 'approved' : 'rejected';
  world.actions.approvals.set(row.id, { ...row, state, decidedBy: by, decidedRole });
}

function happen(world: HistoryWorld, event: Event, made: Made | undefined): void {
  const happens: Record<Event, () => void> = {
    stop: () => void (world.stopped = !world.stopped),
    veto: () => void (world.vetoes = !world.vetoes),
    drift: () => made?.cluster.drift(),
    settle: () => made?.cluster.settle(),
    incident: () => void (world.open.length > 1 ? world.open.pop() : world.open.push(incidentOf('inc-2'))),
    record: () => void (world.rows = world.rows.length > 0 ? [] : world.provenRows),
    /** Right before the next freeze, or the end of the newest plan. */
    brink() {
      const freezeAtMs = freezeWindows.find(({ startMs }) => startMs > world.now)?.startMs;
      const atMs = world.changes++ % 2 === 0 ? freezeAtMs : made?.proposal.expiresAtMs;
      world.now = Math.max(world.now, (atMs ?? 0) - 10_000);
    },
    jump: () => void (world.now += 45_000),
    configure: () => void (world.settings = { ...world.goodSettings, ...narrower[world.changes++ % narrower.length] }),
    doubt: () => void (world.changes++ % 2 === 0 ? (world.isSure = !world.isSure) : (world.isAdvised = !world.isAdvised)),
    heal() {
      world.stopped = false;
      world.vetoes = false;
      world.isSure = true;
      world.isAdvised = true;
      world.settings = world.goodSettings;
      world.open.length = 1;
      world.rows = world.provenRows;
    },
  };
  happens[event]();
}

async function undo(world: HistoryWorld, made: Made | undefined, isApproved: boolean): Promise<void> {
  if (made === undefined) return;
  const { cluster, input, kind, proposal } = made;
  cluster.settle();
  const { version } = cluster;
  const answer = await createProcess(world, made, noTroubles).remediator.proposeUndo({ ...input, proposal }, remediatorCall());
  if ('proposal' in answer) keep(world, { cluster, version, input, kind, proposal: answer.proposal }, isApproved);
}

/** A row that somebody changed in the store. */
async function tamper(world: HistoryWorld, made: Made | undefined, part: number): Promise<void> {
  if (made === undefined) return;
  const { proposal, input } = made;
  const parts: object[] = [
    { people: 1, peopleReasons: [], expiresAtMs: nowMs + 1e12 },
    { service: 'other' },
    { target: 'kubernetes deployment shop/other' },
    { plan: { ...(proposal.plan as object), state: {} } },
    { plan: { ...(proposal.plan as object), blastRadius: { objects: 1, interrupts: false, people: 1, reasons: [] }, more: part } },
  ];
  const forged = { ...proposal, ...parts[part] } as Proposal;
  const { remediator } = createProcess(world, { ...made, proposal: forged }, noTroubles);
  const sent = world.sent.size;
  const answer = await remediator.carryOut({ ...input, proposal: forged, review: reviewOf(forged) }, remediatorCall());
  if (answer.outcome !== 'refused' || world.sent.size !== sent) world.violations.push('a forged proposal went through');
}

/** As the analysis stands by now. */
function caseOf({ input, kind }: Made, { isAdvised, isSure }: Told): RemedyCase {
  const { analysis } = input;
  const other = adviceOf(kind === 'restart' ? 'scale-up' : 'restart');
  return {
    ...input,
    analysis: {
      ...analysis,
      confidence: isSure ? 'HIGH' : 'MEDIUM',
      advice: isAdvised ? analysis.advice : [other],
    },
  };
}

async function carryOutAll(world: HistoryWorld, { plans, fault, midst }: Extract<Command, { type: 'carry-out' }>) {
  const first = world.made.at(-1 - (plans[0]?.plan ?? 0));
  if (first === undefined) return;
  if (fault !== 'none') first.cluster.faultNext(fault);
  if (midst !== undefined) {
    world.inMidst = { ticks: midst.ticks, happen: () => happen(world, midst.event, first) };
  }
  await Promise.all(
    plans.map(async ({ plan, crashAt, failAt }) => {
      const made = world.made.at(-1 - plan);
      if (made === undefined) return;
      const { proposal } = made;
      const { isAdvised, isSure, vetoes } = world;
      const told: Told = { isAdvised, isSure, isConsented: !vetoes };
      const { remediator, crashed } = createProcess(world, made, { crashAt, failAt }, told);
      const review = reviewOf(proposal, vetoes ? 'veto' : 'no-veto');
      const asked = { ...caseOf(made, told), proposal, ...(proposal.undoes === undefined ? { review } : {}) };
      const answer = await Promise.race([remediator.carryOut(asked, remediatorCall()), crashed]).catch(() => 'failed' as const);
      const outcome = typeof answer === 'string' ? answer : answer.outcome;
      world.outcomes.push({ planId: proposal.planId, outcome });
    }),
  );
  world.inMidst = undefined;
  for (const cluster of world.clusters) cluster.faultNext(undefined);
}
