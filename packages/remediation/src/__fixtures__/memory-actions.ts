import type {
  ActionLogEntry,
  ActionStore,
  Approval,
  BeginAction,
  BeginAnswer,
  NewActionLogEntry,
  RecordedAction,
} from '@midwatch/core/incident';
import { hashOf } from '../plan-id.js';

const ZEROS = '0'.repeat(64);
type Kept = { -readonly [Key in keyof RecordedAction]: RecordedAction[Key] };

/** An `ActionStore` as its contract has it. Everything of one call happens in one turn, as in one transaction. */
export function createMemoryActions(incidents: ReadonlySet<string>) {
  const approvals = new Map<string, Approval>();
  const rows = new Map<string, Kept>();
  /** As appended; hashed when they are read, in order, so that a call needs no turn of its own for it. */
  const entries: (NewActionLogEntry & { readonly atMs: number })[] = [];
  const append = (entry: NewActionLogEntry, atMs: number) => entries.push({ ...entry, atMs });

  function whyNot({ incidentId, proposal, ...request }: BeginAction): BeginAnswer {
    if (!incidents.has(incidentId)) return 'unknown-incident';
    if (rows.has(proposal.planId)) return 'repeated';
    const all = [...rows.values()];
    const isUsable = (id: string) => {
      const row = approvals.get(id);
      return row?.hash === proposal.planId && row.state === 'approved' && request.nowMs < row.expiresAtMs;
    };
    if (!request.approvalIds.every(isUsable)) return 'not-approved';
    const isBusy = ({ state, target }: Kept) =>
      target === proposal.target && (state === 'begun' || state === 'unknown');
    if (all.some(isBusy)) return 'target-busy';
    const begun = all.filter(
      ({ service, begunAtMs }) => service === proposal.service && begunAtMs >= request.countSinceMs,
    );
    return begun.length + 1 > request.maxBegun ? 'over-budget' : 'begun';
  }

  const store: ActionStore = {
    async begin(request) {
      const answer = whyNot(request);
      if (answer !== 'begun') return answer;
      const { proposal, incidentId, approvalIds, nowMs, entry } = request;
      for (const id of approvalIds) {
        const row = approvals.get(id);
        if (row !== undefined) approvals.set(id, { ...row, state: 'used' });
      }
      const { planId, service, target, remedy, undoes } = proposal;
      rows.set(planId, {
        incidentId,
        proposal: structuredClone(proposal),
        planId,
        service,
        target,
        remedy,
        ...(undoes === undefined ? {} : { undoes }),
        state: 'begun',
        begunAtMs: nowMs,
      });
      append(entry, nowMs);
      return 'begun';
    },
    async end({ planId, outcome, nowMs, entry }) {
      const row = rows.get(planId);
      if (row === undefined || (row.state !== 'begun' && row.state !== 'unknown')) return false;
      row.state = outcome;
      row.endedAtMs = nowMs;
      append(entry, nowMs);
      return true;
    },
    async recordEffect({ planId, effect, nowMs, entry }) {
      const row = rows.get(planId);
      if (row?.state !== 'applied' || row.effect !== undefined) return false;
      row.effect = effect;
      append(entry, nowMs);
      return true;
    },
    get: async (planId) => copyOf(rows.get(planId)),
    listOf: async (incidentId) =>
      [...rows.values()].filter((row) => row.incidentId === incidentId).map((row) => ({ ...row })),
    countBegun: async ({ service, sinceMs }) =>
      [...rows.values()].filter((row) => row.service === service && row.begunAtMs >= sinceMs).length,
    log: {
      async append(more, nowMs) {
        for (const entry of more) append(entry, nowMs);
      },
      head: async () => (await chainOf(entries)).at(-1),
      list: async ({ incidentId }) => ({
        items: (await chainOf(entries)).filter(
          (entry) => incidentId === undefined || entry.incidentId === incidentId,
        ),
      }),
    },
  };
  return { store, approvals, rows, entries };
}

const copyOf = (row: Kept | undefined) => (row === undefined ? undefined : { ...row });

async function chainOf(
  entries: readonly (NewActionLogEntry & { readonly atMs: number })[],
): Promise<readonly ActionLogEntry[]> {
  const chain: ActionLogEntry[] = [];
  for (const [index, { detail, ...entry }] of entries.entries()) {
    const salt = String(index);
    const body = {
      ...entry,
      number: index + 1,
      detailHash: await hashOf([salt, detail]),
      previousHash: chain.at(-1)?.hash ?? ZEROS,
    };
    chain.push({ ...body, hash: await hashOf(body), ...(detail === undefined ? {} : { detail, salt }) });
  }
  return chain;
}

/** Whether every entry follows from the one before. */
export async function isWholeLog(log: readonly ActionLogEntry[]): Promise<boolean> {
  let previousHash = ZEROS;
  for (const [index, { hash, detail, salt, ...body }] of log.entries()) {
    if (body.number !== index + 1 || body.previousHash !== previousHash) return false;
    if (hash !== (await hashOf(body))) return false;
    if (salt !== undefined && body.detailHash !== (await hashOf([salt, detail]))) return false;
    previousHash = hash;
  }
  return true;
}
