import type {
  IncidentDetails,
  NewAnalysis,
  Review,
  Reviewer,
  ReviewInput,
  Step,
} from '@midwatch/core/incident';
import { identityOf, usageOf } from './analyze-within.js';
import { callWithin } from './call-within.js';
import { createPurse } from './create-purse.js';
import { createStopwatch } from './look.js';
import type { LookedCase } from './propose-step.js';
import type { ProposeInput } from './remedy-steps.js';
import type { ResponderContext } from './responder-options.js';
import { watchStopped } from './stopped.js';
import { toAnalysisRecord } from './to-analysis-record.js';

const MAX_REASON_LENGTH = 500;
const WITHHELD = '[withheld: redaction failed]';

interface Reviewed {
  readonly review: Review;
  /** For the ledger: what it took. */
  readonly analyses: readonly NewAnalysis[];
}

/** Asks the second model for a veto. Who is not given, not paid for, late or fails has not consented. */
export async function askReviewer(
  context: ResponderContext,
  incident: IncidentDetails,
  step: Step,
  { analysis, look, proposal }: Pick<LookedCase, 'analysis' | 'look'> & Pick<ReviewInput, 'proposal'>,
  signal: AbortSignal,
): Promise<Reviewed> {
  const { reviewer } = context;
  const { planId } = proposal;
  if (reviewer === undefined) {
    const reason = 'no second model is configured';
    return { review: { planId, answer: 'unreachable', reason }, analyses: [] };
  }
  const { alert, dossier, evidence } = look;
  const input: ReviewInput = { alert, evidence, dossier, analysis, proposal };
  const clock = createStopwatch();
  const asked = await askWithin(context, { incident, input, reviewer, signal, step });
  const analyzer = identityOf(reviewer);
  const { number } = step.input as ProposeInput;
  const { answer, isAsked, usage } = asked;
  const reason = toLine(asked.reason, context.redact);
  const because = isAsked ? `asked about an action, not about the cause: ${answer}` : asked.reason;
  const record = toAnalysisRecord(
    { number, look, askedAtMs: step.queuedAtMs },
    {
      ...{ analyzer, because, analyzeMs: clock() },
      ...(isAsked ? {} : { isRefused: true as const }),
      ...(usage === undefined ? {} : { usage }),
    },
    { nowMs: context.now(), wasShown: false },
  );
  return { review: { planId, answer, reason, reviewer: analyzer }, analyses: [record] };
}

interface Question {
  readonly incident: IncidentDetails;
  readonly input: ReviewInput;
  readonly reviewer: Reviewer;
  readonly signal: AbortSignal;
  readonly step: Step;
}

type Asked = Pick<Awaited<ReturnType<Reviewer['review']>>, 'answer' | 'reason' | 'usage'> & {
  readonly isAsked: boolean;
};

async function askWithin(context: ResponderContext, question: Question): Promise<Asked> {
  const { incident, input, reviewer, signal, step } = question;
  const name = reviewer.model ?? reviewer.name;
  const purse = createPurse(context, incident, step);
  const payee = { ...identityOf(reviewer), mostCostUsd: () => reviewer.mostCostUsd?.(input) ?? 0 };
  const grant = await purse(payee, input);
  if ('refusal' in grant) {
    const reason = `${name} was not asked: ${grant.refusal}`;
    return { answer: 'unreachable', reason, isAsked: false };
  }
  const watch = watchStopped(context.store);
  const cut = AbortSignal.any([signal, watch.signal]);
  try {
    const given = await callWithin(cut, context.analyzeDeadlineMs, (call) => reviewer.review(input, call));
    await grant.settle(given.usage);
    return { ...given, isAsked: true };
  } catch (error) {
    signal.throwIfAborted();
    const usage = usageOf(error);
    await grant.settle(usage);
    const why = watch.signal.aborted ? 'was cut off, as models were stopped' : 'gave no answer';
    const billed = usage === undefined ? {} : { usage };
    return { answer: 'unreachable', reason: `${name} ${why}`, isAsked: true, ...billed };
  } finally {
    watch.end();
  }
}

/** What a model wrote, for one line of a brief. */
function toLine(text: string, redact: ResponderContext['redact']): string {
  try {
    const clean = redact === 'none' ? text : redact.redact(text.slice(0, MAX_REASON_LENGTH * 4));
    return clean
      .replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
      .slice(0, MAX_REASON_LENGTH)
      .toWellFormed();
  } catch {
    return WITHHELD;
  }
}
