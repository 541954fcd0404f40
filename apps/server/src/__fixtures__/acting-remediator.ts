import type {
  CarriedOut,
  GateAnswer,
  Proposal,
  Proposed,
  Remediator,
  RemedyCase,
  Store,
} from '@midwatch/core/incident';

interface Scripted {
  readonly people?: 1 | 2;
  readonly isAutomatic?: boolean;
  readonly undoesByItself?: boolean;
  readonly isReversible?: boolean;
  /** A gate that is not passed, as of now. */
  readonly closed?: () => string | undefined;
  /** Whether the second model is a gate. */
  readonly needsReview?: boolean;
  /** What the deploy system says to the write, and then to each look at it. */
  readonly answer?: (asked: number) => CarriedOut['outcome'];
  readonly expiresAfterMs?: number;
  /** What outlives the process that asks. */
  readonly world?: DeploySystem;
}

export interface DeploySystem {
  readonly made: Proposal[];
  readonly writes: string[];
}

/** Proposes restarts, as they are advised, and keeps the seam: behind gates, begun in one transaction, written once, then only looked up. */
export function createActingRemediator(store: Store, now: () => number, script: Scripted = {}) {
  const { people = 1, isReversible = true, expiresAfterMs = 30 * 60_000 } = script;
  const { made, writes } = script.world ?? { made: [], writes: [] };
  let asked = 0;

  function make(undoes?: Proposal): { readonly proposal: Proposal } {
    const planId = `plan-${made.length + 1}`;
    const proposal: Proposal = {
      ...{ planId, remedy: 'restart', service: 'checkout', target: 'fake deployment shop/checkout' },
      title: undoes === undefined ? 'Restart checkout' : 'Undo: Restart checkout',
      steps: ['patch the template of deployment shop/checkout with that of v1'],
      diff: [{ path: 'image', before: 'checkout:v2', after: 'checkout:v1' }],
      ...{ isReversible, people, peopleReasons: people === 2 ? ['schema migrations were not looked for'] : [] },
      ...{ evidence: ['M1'], madeAtMs: now(), expiresAtMs: now() + expiresAfterMs, plan: { planId } },
      ...(undoes === undefined ? {} : { undoes: undoes.planId }),
    };
    made.push(proposal);
    return { proposal };
  }

  async function approved({ planId }: Proposal): Promise<string[]> {
    const rows = await Promise.all([1, 2].map((person) => store.approvals.get(`${planId} ${person}`)));
    return rows
      .filter((row) => row?.state === 'approved' && row.decidedRole !== undefined && now() < row.expiresAtMs)
      .map((row) => row?.id ?? '');
  }

  async function askGates({ proposal, review }: RemedyCase & Proposed): Promise<GateAnswer[]> {
    const count = (await approved(proposal)).length;
    const closed = script.closed?.();
    const gate = (name: string, passed: boolean) => ({ gate: name, passed, reason: passed ? 'yes' : 'no' });
    const isAutomatic =
      proposal.undoes === undefined ? script.isAutomatic === true : script.undoesByItself === true;
    return [
      gate('switched-on', true),
      gate('freeze', closed !== 'freeze'),
      gate('second-model', script.needsReview !== true || review?.answer === 'no-veto'),
      gate('approval', isAutomatic || count >= people),
    ];
  }

  const remediator: Remediator = {
    propose: async () => make(),
    proposeUndo: async ({ proposal }) => make(proposal),
    askGates,
    automation: () => ({
      approves: script.isAutomatic === true,
      undoes: script.undoesByItself === true,
    }),
    approverRoles: () => ['approver', 'admin'],
    async carryOut(about, { signal }) {
      const { incident, proposal } = about;
      const { planId } = proposal;
      const look = async () => {
        signal.throwIfAborted();
        const outcome = script.answer?.(asked++) ?? (writes.includes(planId) ? 'applied' : 'refused');
        if (outcome !== 'gated') {
          const entry = { actor: 'midwatch', action: outcome };
          await store.actions.end({ planId, outcome, nowMs: now(), entry });
        }
        return { outcome, detail: `the deploy system says ${outcome}` };
      };
      if ((await store.actions.get(planId)) !== undefined) return look();
      const gates = await askGates(about);
      const failed = gates.filter(({ passed }) => !passed).map((each) => each.gate);
      if (failed.length > 0) return { outcome: 'gated', detail: `not passed: ${failed.join(', ')}`, gates };
      const answer = await store.actions.begin({
        ...{ incidentId: incident.id, proposal, approvalIds: (await approved(proposal)).slice(0, people) },
        ...{ maxBegun: 9, countSinceMs: 0, nowMs: now(), entry: { actor: 'midwatch', action: 'begun' } },
      });
      if (answer !== 'begun') return { outcome: 'gated', detail: answer, gates };
      writes.push(planId);
      return { ...(await look()), gates };
    },
  };
  return { remediator, made, writes };
}
