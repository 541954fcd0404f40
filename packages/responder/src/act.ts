import { redactOutcome } from '@midwatch/core';
import { type Effects, type IncidentDetails, type NewStep, personVia } from '@midwatch/core/incident';
import { askUndo, decideOffer } from './decide-offer.js';
import { MAX_LOOKS, readLooks } from './incident-state.js';
import { findMaintenance, placeOf } from './maintenance.js';
import { collectStep } from './new-look.js';
import { silenceOf } from './people.js';
import {
  type ActAnswer,
  type ActRequest,
  type PersonAction,
  personActionSchema,
  type RefusalReason,
} from './person-action.js';
import { settleMemory } from './remember.js';
import type { ResponderContext } from './responder-options.js';
import { findBurningStorm } from './storm.js';
import { silenceOverStep, tellStep } from './tell-step.js';

const MINUTE_MS = 60_000;
const MAX_NAME_LENGTH = 200;
const MAX_ID_LENGTH = 500;

/** What an action comes to: effects, a reason why not, or nothing because it is so already. */
type Decision = { readonly effects: Effects } | { readonly refused: RefusalReason } | 'is-so';

/** @throws TypeError when the action, its id or the name is none. */
export async function act(context: ResponderContext, request: ActRequest): Promise<ActAnswer> {
  const { now, store } = context;
  const { incidentId } = request;
  const { action, actionKey, by } = parse(request);
  const incident = await store.getIncident(incidentId);
  if (incident === undefined) return { outcome: 'refused', reason: 'unknown-incident' };
  // Before anything is refused: what it did itself may be why it could not be done now.
  if (await store.isApplied({ incidentId, actionKey })) return { outcome: 'repeated' };
  const nowMs = now();
  if (action.kind === 'approve' || action.kind === 'reject') {
    const { planId } = action;
    const decided = { incident, request: { ...request, actionKey, by, nowMs, planId } };
    return decideOffer(context, action.kind, decided);
  }
  const decision = await decide(context, incident, { ...request, action, actionKey, by, nowMs });
  if (decision === 'is-so') return { outcome: 'repeated' };
  if ('refused' in decision) return { outcome: 'refused', reason: decision.refused };
  const { effects } = decision;
  const steps = [...(effects.steps ?? []), ...stepsAfter(action, actionKey, nowMs)];
  const applied = await store.applyOnce({
    ...{ incidentId, actionKey, nowMs },
    effects: { ...effects, ...(steps.length === 0 ? {} : { steps }) },
  });
  if (applied === 'unknown') return { outcome: 'refused', reason: 'unknown-incident' };
  return { outcome: applied === 'applied' ? 'done' : 'repeated' };
}

function parse({ action, actionId, by, via }: ActRequest) {
  const parsed = personActionSchema.safeParse(action);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new TypeError(`\`action.${issue?.path.join('.') ?? ''}\` ${issue?.message ?? 'is none'}`);
  }
  const name = by.trim().slice(0, MAX_NAME_LENGTH);
  if (name === '') throw new TypeError('`by` must name who does it');
  if (!personVia.includes(via)) throw new TypeError(`\`via\` must be one of ${personVia.join(', ')}`);
  const actionKey = actionId ?? crypto.randomUUID();
  if (actionKey === '' || actionKey.length > MAX_ID_LENGTH)
    throw new TypeError(`\`actionId\` must have from 1 to ${MAX_ID_LENGTH} characters`);
  return { action: parsed.data, actionKey, by: name };
}

/** The message shows what people said; a look tells of itself, and how useful it was is nobody's news. */
function stepsAfter({ kind }: PersonAction, actionKey: string, nowMs: number): readonly NewStep[] {
  return kind === 'look-again' || kind === 'rate' ? [] : [tellStep(actionKey, nowMs)];
}

type Asked = ActRequest & {
  readonly action: Exclude<PersonAction, { readonly kind: 'approve' | 'reject' }>;
  readonly actionKey: string;
  readonly nowMs: number;
};

async function decide(
  context: ResponderContext,
  incident: IncidentDetails,
  request: Asked,
): Promise<Decision> {
  const { action, by, nowMs, via } = request;
  const { owner, status } = incident;
  const say = (done: string, detail: Readonly<Record<string, unknown>> = {}): Pick<Effects, 'audit'> => ({
    audit: [{ actor: by, action: done, detail: { via, ...detail } }],
  });
  switch (action.kind) {
    case 'take':
      if (owner?.by === by) return 'is-so';
      return { effects: { owner: { by }, ...say('taken', owner && { from: owner.by }) } };
    case 'release':
      if (owner === undefined) return { refused: 'no-owner' };
      return { effects: { owner: 'none', ...say('released', { owner: owner.by }) } };
    case 'look-again':
      return lookNow(context, incident, nowMs, say('look-asked'));
    case 'settle': {
      const { kind: _, ...said } = action;
      const outcome = redactOutcome({ ...said, by, via }, context.redact);
      const { judgement, service } = outcome;
      // The cause stands in the outcome alone: it goes with the incident, and audit entries stay.
      const memory = await settleMemory(context.store, incident, outcome);
      return {
        effects: { outcome, ...memory, ...say('settled', { judgement, ...(service && { service }) }) },
      };
    }
    case 'rate':
      return { effects: { rating: { score: action.score, by }, ...say('rated', { score: action.score }) } };
    case 'silence': {
      if (status !== 'firing') return { refused: 'resolved' };
      const untilMs = nowMs + action.minutes * MINUTE_MS;
      const steps = [silenceOverStep(untilMs)];
      return { effects: { silence: { untilMs, by }, steps, ...say('silenced', { untilMs }) } };
    }
    case 'undo':
      return askUndo(context, { incident, request: { ...request, planId: action.planId } });
    case 'unsilence':
      if (silenceOf(incident, nowMs) === undefined) return { refused: 'not-silent' };
      return { effects: { silence: 'none', ...say('unsilenced') } };
  }
}

/** A person waits for no cooldown: they know what they changed. */
async function lookNow(
  context: ResponderContext,
  incident: IncidentDetails,
  nowMs: number,
  said: Pick<Effects, 'audit'>,
): Promise<Decision> {
  if (incident.status !== 'firing') return { refused: 'resolved' };
  if (findMaintenance(context.rules, placeOf(incident), nowMs) !== undefined)
    return { refused: 'maintenance' };
  if ((await findBurningStorm(context, incident)) !== undefined) return { refused: 'part-of-storm' };
  const { count, isLooking, state } = await readLooks(context.store, incident.id);
  if (isLooking || state?.isPending === true) return { refused: 'is-looked-at' };
  if (count >= MAX_LOOKS) return { refused: 'too-many-looks' };
  return { effects: { steps: [collectStep(count + 1, nowMs, { asked: true })], ...said } };
}
