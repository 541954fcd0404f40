import type { Incident, Proposal, RemedyCase, SettledCount } from '@midwatch/core/incident';
import { createRemediator } from '../create-remediator.js';
import type { FreezeWindow, ServiceSettings } from '../gates/gate-input.js';
import { nowMs } from './deploy-signals.js';
import { type Cluster, type ClusterKind, createCluster } from './history-clusters.js';
import { createMemoryActions } from './memory-actions.js';
import { incidentOf } from './remedy-case.js';
import { provenRows } from './remediator-world.js';

const HOUR_MS = 3_600_000;
/** One that a history may wait itself into. */
export const freezeWindows: readonly FreezeWindow[] = [
  { startMs: nowMs + 400_000, endMs: nowMs + 700_000, reason: 'sale' },
  { startMs: nowMs + 20 * HOUR_MS, endMs: nowMs + 21 * HOUR_MS, reason: 'night' },
];

export type Wish = 'rollback' | 'restart' | 'scale-up';

export interface Made {
  readonly proposal: Proposal;
  readonly input: RemedyCase;
  readonly cluster: Cluster;
  /** Of the cluster when it was made. */
  readonly version: number;
  /** What was wished for, whatever the proposal says of itself; of an undo, what it undoes. */
  readonly kind: Wish;
}

/** Everything that happens to one service in one history, and the truth about it. */
export function createHistoryWorld(kind: ClusterKind, settings: ServiceSettings) {
  const actions = createMemoryActions(new Set(['inc-1']));
  const world = {
    /** As a process reads them when it starts. */
    settings,
    goodSettings: settings,
    actions,
    clusters: [createCluster(kind, `${kind}-1`), createCluster(kind, `${kind}-2`)] as const,
    now: nowMs,
    stopped: false,
    vetoes: false,
    /** Whether the analysis stands as it was: at HIGH, with its advice. */
    isSure: true,
    isAdvised: true,
    open: [incidentOf('inc-1')] as Incident[],
    provenRows,
    rows: provenRows as readonly SettledCount[],
    made: [] as Made[],
    outcomes: [] as { readonly planId: string; readonly outcome: string }[],
    /** Requests that write, by plan: sent, and carried out. */
    sent: new Map<string, number>(),
    done: new Map<string, number>(),
    /** What must never be, in words. */
    violations: [] as string[],
    /** What happens at a later await of whoever is under way. */
    inMidst: undefined as { ticks: number; happen: () => void } | undefined,
    ticks: 0,
    /** So that each kind of change has its turn, in some histories first. */
    changes: (settings.isAutomatic === true ? 1 : 0) + (settings.maxActionsPerDay ?? 0),
  };
  return world;
}
export type HistoryWorld = ReturnType<typeof createHistoryWorld>;

const never = new Promise<never>(() => undefined);

/** What one process has seen, in order. */
interface Seen {
  begun?: string;
  /** The kill switch when it was read last: since it was begun, before a write. */
  isAllowed: boolean;
  /** The clock when it was read last. */
  nowMs: number;
  /** Of the last reading of the cluster. */
  version: number;
  isAlone: boolean;
  isProven: boolean;
  /** What it was started with, and was told when it was to carry out. */
  readonly settings: ServiceSettings;
  readonly told: Told;
}

/** What a caller hands over. */
export interface Told {
  readonly isConsented: boolean;
  readonly isSure: boolean;
  readonly isAdvised: boolean;
}
const nothingTold: Told = { isConsented: false, isSure: false, isAdvised: false };

export interface Troubles {
  /** From this await on it does nothing any more; 0 for never. */
  readonly crashAt: number;
  /** Of this await it gets an error instead of the answer; 0 for none. */
  readonly failAt: number;
}

/** One process with a remediator of its own over the shared store. */
export function createProcess(
  world: HistoryWorld,
  made: Made,
  { crashAt, failAt }: Troubles,
  told: Told = nothingTold,
) {
  const { planId, expiresAtMs } = made.proposal;
  const { settings } = world;
  const unread = { isAllowed: false, nowMs: 0, version: -1, isAlone: false, isProven: false };
  const seen: Seen = { ...unread, settings, told };
  let steps = 0;
  let isDead = false;
  let crash: () => void = () => undefined;
  const crashed = new Promise<'crashed'>((resolve) => {
    crash = () => resolve('crashed');
  });

  async function pause(mayFail: boolean): Promise<void> {
    if (isDead) return never;
    world.ticks += 1;
    if (world.inMidst !== undefined && --world.inMidst.ticks <= 0) {
      const { happen } = world.inMidst;
      world.inMidst = undefined;
      happen();
    }
    if (++steps === crashAt) {
      isDead = true;
      crash();
      return never;
    }
    if (steps === failAt && mayFail) throw new Error('no answer');
    // So that processes overtake each other.
    for (let turns = (world.ticks * 7 + crashAt) % 4; turns > 0; turns--) await undefined;
    return undefined;
  }
  /** The process may be gone before and after everything that it waits for. */
  function step<Input extends unknown[], Output>(
    call: (...input: Input) => Promise<Output>,
    note?: (output: Output) => void,
    mayFail = true,
  ) {
    return async (...input: Input): Promise<Output> => {
      await pause(mayFail);
      const output = await call(...input);
      note?.(output);
      await pause(mayFail);
      return output;
    };
  }

  const { cluster } = made;
  // What goes wrong on the way to the cluster is the stand-in's; a client reads again then, and waits.
  const fetch = step(async (input: string, init?: RequestInit) => {
    if (init?.method === 'GET' || init?.method === undefined) {
      // The lists of Kubernetes come after the object, whose version its write is bound to.
      if (!/replicasets|autoscalers/.test(input)) seen.version = cluster.version;
      return cluster.fetch(input, init);
    }
    checkWrite(world, made, seen);
    world.sent.set(planId, (world.sent.get(planId) ?? 0) + 1);
    const before = cluster.writes();
    const isDrifted = cluster.version !== made.version;
    try {
      return await cluster.fetch(input, init);
    } finally {
      if (cluster.writes() > before) {
        if (isDrifted && seen.version === made.version && cluster.id.startsWith('kubernetes'))
          world.violations.push('a write went through after the object had changed');
        world.done.set(planId, (world.done.get(planId) ?? 0) + 1);
        cluster.version += 1;
      }
    }
  }, undefined, false);
  const { store } = world.actions;
  const remediator = createRemediator({
    executors: [cluster.executor(fetch)],
    services: { api: settings },
    freezeWindows,
    now: () => (seen.nowMs = world.now),
    whyStopped: step(
      async () => (world.stopped ? 'stopped by jo' : undefined),
      (why) => {
        seen.isAllowed = why === undefined;
      },
    ),
    store: {
      actions: {
        ...store,
        get: step(store.get),
        listOf: step(store.listOf),
        countBegun: step(store.countBegun),
        begin: step(store.begin, (answer) => {
          if (answer !== 'begun') return;
          seen.begun = planId;
          if (!isTime(seen.nowMs, expiresAtMs)) world.violations.push('begun though it was frozen or over');
          if (!seen.isAllowed) world.violations.push('begun though it was stopped');
          // It has to be asked once more.
          seen.isAllowed = false;
        }),
        end: step(store.end),
        log: { ...store.log, append: step(store.log.append) },
      },
      approvals: { get: step(async (id) => world.actions.approvals.get(id)) },
      ledger: {
        settledRecord: step(
          async () => world.rows,
          (rows) => {
            seen.isProven = rows.length > 0;
          },
        ),
      },
      listIncidents: step(
        async () => ({ items: [...world.open] }),
        ({ items }) => {
          seen.isAlone = items.length === 1;
        },
      ),
    },
  });
  return { remediator, crashed };
}

const isTime = (nowMs: number, expiresAtMs: number) =>
  nowMs < expiresAtMs && !freezeWindows.some(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);

/** Whether this very write may be: by the rules in words, from what happened, not from what the code under test says of it. */
function checkWrite(world: HistoryWorld, { input, kind, proposal, version }: Made, seen: Seen): void {
  const { planId, target, undoes, expiresAtMs } = proposal;
  const { settings, told } = seen;
  const { rows, entries, approvals } = world.actions;
  const row = rows.get(planId);
  const isUndo = undoes !== undefined;
  const isOpen = (state: string | undefined) => state === 'begun' || state === 'unknown';
  const agreed = new Set(
    [...approvals.values()]
      .filter(({ hash, state }) => hash === planId && state === 'used')
      .filter(({ decidedRole = '' }) => settings.approverRoles?.includes(decidedRole))
      .map(({ decidedBy }) => decidedBy?.toLowerCase()),
  );
  const { findings } = input.evidence;
  const isMeasured = findings.some((finding) => finding.kind === 'metric-shift');
  const isLooked = findings.some((finding) => finding.kind === 'change' && finding.changes.length > 0);
  // Nobody could look for changes of a schema, or the plan goes back further than one revision.
  const people = !isUndo && kind === 'rollback' && !isLooked ? 2 : proposal.people;
  const isAutomatic = isUndo ? settings.undoesByItself : settings.isAutomatic && kind !== 'restart' && isMeasured;
  const undone = isUndo ? rows.get(undoes) : undefined;
  const rules: Record<string, boolean> = {
    'it was begun by this process': seen.begun === planId,
    'the log says so before': entries.some((entry) => entry.planId === planId && entry.action === 'begun'),
    'it has not ended': isOpen(row?.state),
    'it is alone on its target': ![...rows.values()].some(
      (other) => other.planId !== planId && other.target === target && isOpen(other.state),
    ),
    'nobody had stopped it when that was asked, since it was begun': seen.isAllowed,
    'it was neither frozen nor over': isTime(seen.nowMs, expiresAtMs),
    'people agreed': agreed.size >= people || (people === 1 && isAutomatic === true),
    'the object is as it was': seen.version === version,
    'no other incident was open': seen.isAlone,
    'the record was proven': isUndo || seen.isProven,
    'the service was switched on': settings.isOn === true,
    'the team had listed it': settings.safeActions?.includes(kind) === true,
    'the second model had no veto': isUndo || told.isConsented,
    'the cause was found at HIGH': isUndo || told.isSure,
    'it was advised': isUndo || told.isAdvised,
    'what it undoes was applied': !isUndo || (undone?.state === 'applied' && undone.target === target),
    'it is written for the first time': !world.sent.has(planId),
  };
  for (const [rule, holds] of Object.entries(rules)) if (!holds) world.violations.push(`not so: ${rule}`);
}
