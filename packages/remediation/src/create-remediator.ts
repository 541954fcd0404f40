import type {
  Advice,
  Proposal,
  ProposalAnswer,
  Proposed,
  Remediator,
  RemediatorCall,
  RemedyCase,
} from '@midwatch/core/incident';
import { carryOut } from './carry-out.js';
import type { Executor, PlanWish } from './executor.js';
import { findCandidate } from './find-candidate.js';
import { needsNobody } from './gates/approval-gates.js';
import { evaluateGates } from './gates/evaluate-gates.js';
import { forPurpose, type Plan, type Purpose } from './plan.js';
import { isPurposeful, type PurposefulPlan, readProposal, targetOf, toProposal } from './proposal.js';
import { sayName, toTitle } from './proposal-words.js';
import { type GateSources, readGateInput, readUndone } from './read-gate-input.js';
import { createRefusalLog } from './refusal-log.js';
import {
  DEFAULT_LIFETIME_MS,
  type RemediationSettings,
  remediationSettingsSchema,
  settingsOf,
} from './remediation-settings.js';
import type { RemediationStore } from './remediation-store.js';
import { toExecutorCall } from './to-executor-call.js';

export interface RemediatorOptions extends RemediationSettings {
  /** Each with an id of its own, that of the connector which sees what it acts on. */
  readonly executors: readonly Executor[];
  readonly store: RemediationStore;
  /** Why nobody may act now; asked with the gates and again right before a write. One that rejects or takes three seconds is a stop. */
  readonly whyStopped: () => Promise<string | undefined>;
  /** Epoch milliseconds, for expiry, budget and freezes. @default Date.now */
  readonly now?: () => number;
}

const MAX_ADVICE = 3;

/** Throws when the settings are not valid or two executors have one id. */
export function createRemediator(options: RemediatorOptions): Remediator {
  const { executors, store, whyStopped, now = Date.now, ...rest } = options;
  const settings = remediationSettingsSchema.parse(rest);
  const byId = new Map(executors.map((executor) => [executor.id, executor]));
  if (byId.size !== executors.length) throw new TypeError('two executors have the same id');
  const sources: GateSources = { settings, store, whyStopped, now };
  const logRefusal = createRefusalLog(store.actions.log);

  async function proposeFor(
    advice: Advice,
    input: RemedyCase,
    call: RemediatorCall,
  ): Promise<ProposalAnswer> {
    const kind = toKind(advice);
    if (kind === undefined) return { nothing: 'nothing is advised that can be done' };
    const why = whyNotAllowed(settings, advice.service, kind);
    if (why !== undefined) return { nothing: why };
    const candidate = findCandidate(kind, advice, input.evidence);
    if ('nothing' in candidate) return candidate;
    const { wish, connectorId, evidence } = candidate;
    const executor = byId.get(connectorId);
    if (executor?.handles.includes(wish.target.kind) !== true) {
      return { nothing: `no executor acts on what ${sayName(connectorId)} has seen` };
    }
    const answer = await executor.planFor(wish, toExecutorCall(call));
    call.signal.throwIfAborted();
    if (answer.outcome === 'refused') return { nothing: answer.detail };
    const { deploy } = wish;
    const title = toTitle(answer.plan, advice.service, deploy);
    const { id: incidentId } = input.incident;
    const purpose = { incidentId, service: advice.service, title, evidence, deployId: deploy?.id };
    return { proposal: await seal(executor, answer.plan, purpose) };
  }

  async function seal(
    { isDryRun }: Executor,
    plan: Plan,
    purpose: Omit<Purpose, 'madeAtMs' | 'expiresAtMs'>,
  ): Promise<Proposal> {
    const madeAtMs = now();
    const expiresAtMs = madeAtMs + (settings.proposalLifetimeMs ?? DEFAULT_LIFETIME_MS);
    const title = isDryRun ? `Dry run: ${purpose.title}` : purpose.title;
    const steps = isDryRun ? [dryRunStep, ...plan.steps] : plan.steps;
    const sealed = await forPurpose(plan, { ...purpose, title, madeAtMs, expiresAtMs }, steps);
    if (!isPurposeful(sealed)) throw new TypeError('a plan lost its purpose');
    return toProposal(sealed);
  }

  /** The plan of a proposal of this incident, and who carries it out; or why it is not to be trusted. */
  async function open({ proposal, incident }: RemedyCase & Proposed): Promise<Opened> {
    let plan: PurposefulPlan;
    try {
      plan = await readProposal(proposal);
    } catch {
      return { problem: 'the proposal was changed after it was made, or is of another version' };
    }
    if (plan.purpose.incidentId !== incident.id) return { problem: 'the proposal is of another incident' };
    const executor = byId.get(plan.executorId);
    if (executor?.handles.includes(plan.action.target.kind) !== true) {
      return { problem: 'its executor is not configured any more' };
    }
    return { plan, executor };
  }

  return {
    async propose(input, call) {
      const { verdict, confidence, advice } = input.analysis;
      if (verdict !== 'cause-found' || confidence !== 'HIGH') {
        return { nothing: `the analysis is ${verdict} at ${confidence}` };
      }
      const possible = advice.filter((one) => toKind(one) !== undefined && one.evidence.length > 0);
      const reasons = new Set<string>();
      for (const one of possible.slice(0, MAX_ADVICE)) {
        const answer = await proposeFor(one, input, call);
        if ('proposal' in answer) return answer;
        reasons.add(`${one.action} of ${sayName(one.service)}: ${answer.nothing}`);
      }
      return { nothing: [...reasons].join('; ') || 'nothing is advised that can be done' };
    },

    async askGates(input, call) {
      const opened = await open(input);
      if ('problem' in opened) return [{ gate: 'proposal', passed: false, reason: opened.problem }];
      return evaluateGates(await readGateInput(sources, { ...input, ...opened }, call)).answers;
    },

    async carryOut(input, call) {
      call.signal.throwIfAborted();
      const opened = await open(input);
      if ('problem' in opened) {
        const { problem: detail } = opened;
        const refusal = { incidentId: input.incident.id, planId: input.proposal.planId, detail, gates: [] };
        await logRefusal({ ...refusal, nowMs: now() });
        return { outcome: 'refused', detail };
      }
      const readGates = () => readGateInput(sources, { ...input, ...opened }, call);
      return carryOut({ ...opened, proposal: input.proposal, sources, logRefusal, readGates, call });
    },

    async proposeUndo(input, call) {
      const opened = await open(input);
      if ('problem' in opened) return { nothing: opened.problem };
      const { plan, executor } = opened;
      const { incidentId, service, evidence, undoes } = plan.purpose;
      if (undoes !== undefined) return { nothing: 'an undo is not undone' };
      const why = whyNotAllowed(settings, service, plan.action.kind);
      if (why !== undefined) return { nothing: why };
      const undone = await readUndone(store, { planId: plan.id, incidentId });
      if (undone?.state !== 'applied') return { nothing: 'it was not applied' };
      if (undone.isUndone) return { nothing: 'it was undone before' };
      const answer = await executor.planUndo(plan, toExecutorCall(call));
      call.signal.throwIfAborted();
      if (answer.outcome === 'refused') return { nothing: answer.detail };
      if (targetOf(answer.plan) !== undone.target) return { nothing: 'the undo is on another target' };
      const title = `Undo: ${plan.purpose.title}`;
      return {
        proposal: await seal(executor, answer.plan, {
          incidentId,
          service,
          title,
          evidence,
          undoes: plan.id,
        }),
      };
    },

    automation({ service, people, isReversible, undoes }) {
      const own = settingsOf(settings.services, service);
      const asPlan = { reversible: isReversible, blastRadius: { people }, purpose: { undoes } };
      const approves = own?.isOn === true && needsNobody(asPlan, own);
      // Of an undo itself both are one question.
      const mayUndo = own?.isOn === true && own.undoesByItself === true && isReversible;
      return { approves, undoes: undoes === undefined ? mayUndo : approves };
    },

    approverRoles: (service) => settingsOf(settings.services, service)?.approverRoles ?? [],
  };
}

const dryRunStep = 'Dry run: the API is asked whether it would take it, and nothing is changed';

type Opened = { readonly plan: PurposefulPlan; readonly executor: Executor } | { readonly problem: string };

function toKind({ action }: Advice): PlanWish['kind'] | undefined {
  return action === 'rollback' || action === 'restart' || action === 'scale-up' ? action : undefined;
}

function whyNotAllowed(
  { services }: RemediationSettings,
  service: string,
  kind: Plan['action']['kind'],
): string | undefined {
  const own = settingsOf(services, service);
  if (own?.isOn !== true) return `actions are off for ${sayName(service)}`;
  const listed = own.safeActions?.some((action) => action === kind) === true;
  return listed ? undefined : `${kind} is not on its safe list`;
}
