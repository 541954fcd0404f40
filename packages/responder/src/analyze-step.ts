import type { AdmittedAnalysis, IncidentDetails, NewAnalysis, Step, Store } from '@midwatch/core/incident';
import { identityOf, withNote } from './analyze-within.js';
import { briefEffects } from './brief-effects.js';
import { createPurse } from './create-purse.js';
import { type AnalyzeResult, type IncidentState, readLooks } from './incident-state.js';
import { type JudgeInput, judge } from './judge.js';
import { findMaintenance, placeOf } from './maintenance.js';
import { silenceOf } from './people.js';
import { proposeSteps } from './remedy-steps.js';
import type { ResponderContext } from './responder-options.js';
import { shadowSteps } from './shadow-steps.js';
import { givenUpKey, type StepEnd } from './step-end.js';
import { watchStopped, whyStopped } from './stopped.js';
import { findBurningStorm } from './storm.js';
import { type Statement, toAnalysisRecord } from './to-analysis-record.js';

/** What an `analyze` step is asked to do. */
export interface AnalyzeInput {
  readonly number: number;
  /** A person asked for the look. */
  readonly asked?: true;
}

/** Lets the model judge a look. Its answer edits the brief; without one, the evidence brief stands and says so. */
export async function runAnalyze(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { analyzer, analyzeDeadlineMs, largerAnalyzer, parts, store } = context;
  const { asked, number } = step.input as AnalyzeInput;
  const { state } = await readLooks(store, step.incidentId);
  // A later look stands, after a crash: its own analysis follows.
  if (state === undefined || state.number !== number) return {};
  const { alert, evidence, dossier, analysis: otherwise } = state.look;
  const refusal =
    analyzer === undefined
      ? 'no model is configured any more'
      : await whyNotAsked(context, incident, number > 1 && asked !== true);
  const statements: Statement[] = [];
  const analysis =
    analyzer === undefined || refusal !== undefined
      ? withNote(otherwise, `${refusal}; this is what the evidence alone says`)
      : await judgeUnlessStopped(store, {
          analyzer,
          largerAnalyzer,
          purse: createPurse(context, incident, step),
          input: { alert, evidence, dossier },
          admit: parts.admit,
          signal,
          deadlineMs: analyzeDeadlineMs,
          allowance: context.allowance,
          otherwise,
          onStatement: (statement) => statements.push(statement),
        });
  if (analyzer !== undefined && refusal !== undefined)
    statements.push({ analyzer: identityOf(analyzer), because: refusal, isRefused: true });
  return endAnalysis(context, step, { state, analysis, statements });
}

/** A question that runs when models are stopped is cut. */
async function judgeUnlessStopped(store: Store, input: JudgeInput): Promise<AdmittedAnalysis> {
  const watch = watchStopped(store);
  try {
    return await judge({ ...input, stopped: watch.signal });
  } finally {
    watch.end();
  }
}

/** Why no model may be asked about an incident now. */
export async function whyNotAsked(
  context: ResponderContext,
  incident: IncidentDetails,
  canBeSilent: boolean,
): Promise<string | undefined> {
  const { now, rules } = context;
  const stopped = await whyStopped(context.store, 'models');
  if (stopped !== undefined) return stopped;
  if (findMaintenance(rules, placeOf(incident), now()) !== undefined)
    return 'no model is asked during maintenance';
  if (canBeSilent && silenceOf(incident, now()) !== undefined)
    return 'no model is asked again while the incident is silenced';
  const storm = await findBurningStorm(context, incident);
  return storm && `the model is asked about the storm as a whole, ${storm.id}`;
}

/** When it crashed again and again: the evidence brief stands, and says so. */
export async function giveUpAnalyze(context: ResponderContext, step: Step, reason: string): Promise<StepEnd> {
  const { state } = await readLooks(context.store, step.incidentId);
  if (state === undefined) return {};
  const note = `the analysis failed (${reason}); this is what the evidence alone says`;
  const analysis = withNote(state.look.analysis, note);
  const statements =
    context.analyzer === undefined ? [] : [{ analyzer: identityOf(context.analyzer), because: reason }];
  return endAnalysis(context, { ...step, key: givenUpKey(step) }, { state, analysis, statements });
}

interface Ended {
  readonly state: IncidentState;
  /** What stands. */
  readonly analysis: AdmittedAnalysis;
  readonly statements: readonly Statement[];
}

async function endAnalysis(
  context: ResponderContext,
  step: Step,
  { analysis, state, statements }: Ended,
): Promise<StepEnd> {
  // Read now: it may have been resolved while the model read.
  const incident = await context.store.getIncident(step.incidentId);
  if (incident === undefined) return {};
  const { usage, verdict, confidence, escalation, analyzer: spoke } = analysis;
  const { look, number } = state;
  const isAnswered = statements.some(isAdmitted);
  const steps = [
    ...proposeSteps(context, number, analysis),
    ...shadowSteps(context, step.input as AnalyzeInput, isAnswered),
  ];
  return {
    result: { analysis } satisfies AnalyzeResult,
    effects: {
      ...(await briefEffects(context, incident, step.key, { number, look, analysis, isPending: false })),
      ...(steps.length === 0 ? {} : { steps }),
      analyses: recordsOf({ analysis, state, statements }, context.now()),
      audit: [
        {
          actor: 'midwatch',
          action: 'analyzed',
          detail: {
            ...{ analyzer: spoke, verdict, confidence },
            ...(escalation === undefined ? {} : { escalation }),
            ...(usage === undefined ? {} : { usage }),
          },
        },
      ],
    },
  };
}

/** The last that was admitted is what people see; how it came to two stands at the second. */
function recordsOf({ analysis, state, statements }: Ended, nowMs: number): NewAnalysis[] {
  const shown = statements.findLast(isAdmitted);
  return statements.map((statement, index) => ({
    ...toAnalysisRecord(state, statement, { nowMs, wasShown: statement === shown }),
    ...(analysis.escalation !== undefined && index > 0 ? { escalation: analysis.escalation } : {}),
  }));
}

function isAdmitted(statement: Statement): boolean {
  return 'admitted' in statement;
}
