import type { IncidentDetails, Step } from '@midwatch/core/incident';
import { whyNotAsked } from './analyze-step.js';
import { identityOf } from './analyze-within.js';
import { createPurse } from './create-purse.js';
import { readLookedAt } from './incident-state.js';
import { judge } from './judge.js';
import type { ResponderContext } from './responder-options.js';
import type { ShadowInput } from './shadow-steps.js';
import type { StepEnd } from './step-end.js';
import { watchStopped } from './stopped.js';
import { type LookedAt, type Statement, toAnalysisRecord } from './to-analysis-record.js';

/** Of each budget of a day: what is spent beyond it is left to the answers that people are shown. */
const SHARE_OF_DAY = 0.5;

/**
 * Puts to the shadow what was put to the analyzer that is shown, to the letter, and records its answer. Nothing else comes of it:
 * no brief, no message, no entry in a timeline.
 */
export async function runShadow(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { shadowAnalyzer: analyzer } = context;
  const { asked, number } = step.input as ShadowInput;
  if (analyzer === undefined) return {};
  const looked = await readLookedAt(context.store, step.incidentId, number);
  if (looked === undefined) return {};
  const refusal = await whyNotAsked(context, incident, number > 1 && asked !== true);
  const statement =
    refusal === undefined
      ? await askShadow(context, { step, incident, looked, signal })
      : ({ analyzer: identityOf(analyzer), because: refusal, isRefused: true } as const);
  return statement === undefined ? {} : endShadow(context, looked, statement);
}

/** When it crashed again and again: a record, and no brief. */
export async function giveUpShadow(context: ResponderContext, step: Step, because: string): Promise<StepEnd> {
  const { shadowAnalyzer, store } = context;
  const { number } = step.input as ShadowInput;
  const looked = await readLookedAt(store, step.incidentId, number);
  if (shadowAnalyzer === undefined || looked === undefined) return {};
  return endShadow(context, looked, { analyzer: identityOf(shadowAnalyzer), because });
}

interface ShadowQuestion {
  readonly step: Step;
  readonly incident: IncidentDetails;
  readonly looked: LookedAtInFull;
  readonly signal: AbortSignal;
}
type LookedAtInFull = NonNullable<Awaited<ReturnType<typeof readLookedAt>>>;

async function askShadow(
  context: ResponderContext,
  { incident, looked, signal, step }: ShadowQuestion,
): Promise<Statement | undefined> {
  const { analyzeDeadlineMs: deadlineMs, budgets, parts, shadowAnalyzer: analyzer, store } = context;
  if (analyzer === undefined) return undefined;
  const { alert, analysis: otherwise, dossier, evidence } = looked.look;
  const half = {
    perIncidentUsd: budgets.perIncidentUsd,
    perServiceAndDayUsd: budgets.perDayUsd * SHARE_OF_DAY,
    perDayUsd: budgets.perDayUsd * SHARE_OF_DAY,
  };
  let said: Statement | undefined;
  const watch = watchStopped(store);
  try {
    await judge({
      ...{ analyzer, deadlineMs, otherwise, admit: parts.admit, input: { alert, evidence, dossier } },
      purse: createPurse({ ...context, budgets: half }, incident, step, 'shadow'),
      signal,
      stopped: watch.signal,
      onStatement: (statement) => {
        said = statement;
      },
    });
    return said;
  } finally {
    watch.end();
  }
}

function endShadow(context: ResponderContext, looked: LookedAt, statement: Statement): StepEnd {
  const shadow = { nowMs: context.now(), wasShown: false, isShadow: true };
  return { effects: { analyses: [toAnalysisRecord(looked, statement, shadow)] } };
}
