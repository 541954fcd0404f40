import { isLate } from '@midwatch/core';
import type { Effects, IncidentDetails, NewAnalysis, NewStep, Step } from '@midwatch/core/incident';
import type { AnalyzeInput } from './analyze-step.js';
import { withNote } from './analyze-within.js';
import { briefEffects } from './brief-effects.js';
import {
  analyzeKey,
  type CollectResult,
  type IncidentState,
  MAX_LOOKS,
  readLooks,
} from './incident-state.js';
import { type KeptLook, keepLook } from './kept-look.js';
import { type Look, look } from './look.js';
import { getBundle, putBundle } from './look-bundle.js';
import { type CollectInput, collectStep, lookAgain } from './new-look.js';
import { proposeSteps } from './remedy-steps.js';
import { createRemember } from './remember.js';
import type { ResponderContext } from './responder-options.js';
import type { StepEnd } from './step-end.js';
import { whyStopped } from './stopped.js';
import { afterStorm, findBurningStorm, isStorm, toStormAlert } from './storm.js';
import { toAnalysisRecord } from './to-analysis-record.js';

/** Sources that were late get so long, once. */
const LATE_DEADLINE_MS = 20_000;
/** A store that does not take the bundle in this time must not hold the brief. */
const BUNDLE_DEADLINE_MS = 2_000;

/** Plan to format as one step, since raw signals cross no border; the evidence brief goes out with its end. */
export async function runCollect(
  context: ResponderContext,
  step: Step,
  incident: IncidentDetails,
  signal: AbortSignal,
): Promise<StepEnd> {
  const { asked, number, onlyChanges, onlyLate } = step.input as CollectInput;
  const storm = await findBurningStorm(context, incident);
  if (storm !== undefined) {
    const steps = [lookAgain('still-firing', afterStorm(context, storm))];
    return { result: { outcome: 'part-of-storm' } satisfies CollectResult, effects: { steps } };
  }
  const { state: before } = await readLooks(context.store, incident.id);
  // Given up once and put in again: a later look stands.
  if (before !== undefined && before.number > number)
    return { result: { outcome: 'unchanged' } satisfies CollectResult };
  const found = await lookAt(context, incident, onlyLate === true ? before : undefined, signal);
  const isCompared = onlyChanges === true || onlyLate === true;
  if (before !== undefined && isCompared && !isChanged(before.look, found)) {
    const action = onlyLate === true ? 'late-sources-read' : 'looked-again';
    return {
      result: { outcome: 'unchanged' } satisfies CollectResult,
      effects: {
        analyses: [recordOf(step, found, { nowMs: context.now(), wasShown: false })],
        audit: [{ actor: 'midwatch', action, detail: { changed: false } }],
      },
    };
  }
  const bundleKey = `${incident.id}/${step.key}`;
  const isKept = await keepBundle(context, bundleKey, found);
  const kept = keepLook(found);
  const { timings } = found;
  const result: CollectResult = { outcome: 'looked', look: kept, timings, ...(isKept ? { bundleKey } : {}) };
  const effects = await effectsOf(context, step, { number, found: kept, isKept, asked });
  const shown = { nowMs: context.now(), wasShown: true, ...(isKept ? { bundleKey } : {}) };
  const memoriesShown = found.seenBefore.map(({ key }) => key);
  const remembered = memoriesShown.length === 0 ? {} : { memoriesShown };
  return { result, effects: { ...effects, ...remembered, analyses: [recordOf(step, found, shown)] } };
}

interface Recorded {
  readonly nowMs: number;
  readonly wasShown: boolean;
  readonly bundleKey?: string;
}

/** What the evidence analyzer said, for the ledger. */
function recordOf(step: Step, found: Look, { bundleKey, ...shown }: Recorded): NewAnalysis {
  const { number } = step.input as CollectInput;
  const { analysis, timings } = found;
  return toAnalysisRecord(
    { number, look: found, askedAtMs: step.queuedAtMs, timings, bundleKey },
    { analyzer: analysis.analyzer, admitted: analysis },
    shown,
  );
}

async function lookAt(
  context: ResponderContext,
  incident: IncidentDetails,
  before: IncidentState | undefined,
  signal: AbortSignal,
): Promise<Look> {
  const { allowance } = context;
  const allowed = allowance && { allowance };
  if (before === undefined) {
    const first = incident.alerts.find(({ alert }) => alert.status === 'firing') ?? incident.alerts[0];
    if (first === undefined) throw new Error(`incident ${incident.id} has no alert`);
    const { collectDeadlineMs: deadlineMs } = context;
    return look(context.parts, context, {
      alert: isStorm(incident) ? toStormAlert(incident, first.alert) : first.alert,
      nowMs: context.now(),
      signal,
      remember: createRemember(context.store, incident),
      ...allowed,
      ...(deadlineMs === undefined ? {} : { deadlineMs }),
    });
  }
  const { look: earlierLook, bundleKey } = before;
  const earlier = bundleKey === undefined ? undefined : await getBundle(context.store.bundles, bundleKey);
  return look(context.parts, context, {
    // The same plan as then: what was answered need not be asked again.
    alert: earlierLook.alert,
    nowMs: earlierLook.nowMs,
    signal,
    remember: createRemember(context.store, incident),
    ...allowed,
    deadlineMs: LATE_DEADLINE_MS,
    ...(earlier === undefined ? {} : { earlier }),
  });
}

/** Whether people would be told something else: whom it points at, or how sure it is. */
function isChanged(before: KeptLook, after: Look): boolean {
  const gist = ({ analysis, evidence }: KeptLook | Look) =>
    JSON.stringify([analysis.verdict, analysis.confidence, evidence.suspects[0]?.service]);
  return gist(before) !== gist(after);
}

async function keepBundle({ store, now }: ResponderContext, key: string, found: Look): Promise<boolean> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('the store took too long')), BUNDLE_DEADLINE_MS);
  });
  try {
    await Promise.race([putBundle(store.bundles, key, found.collection, now()), late]);
    return true;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}

interface Looked {
  readonly number: number;
  readonly found: KeptLook;
  readonly isKept: boolean;
  readonly asked: true | undefined;
}

async function effectsOf(
  context: ResponderContext,
  step: Step,
  { number, found, isKept, asked }: Looked,
): Promise<Effects> {
  const { analyzer, store } = context;
  const nowMs = context.now();
  const { onlyChanges, onlyLate } = step.input as CollectInput;
  const action =
    onlyLate === true ? 'late-sources-read' : onlyChanges === true ? 'looked-again' : 'evidence-read';
  const hasLate = found.collection.sources.some(isLate);
  const steps: NewStep[] = [];
  const analyzeInput: AnalyzeInput = { number, ...(asked && { asked }) };
  if (analyzer !== undefined)
    steps.push({ key: analyzeKey(number), kind: 'analyze', input: analyzeInput, dueAtMs: nowMs });
  else steps.push(...proposeSteps(context, number, found.analysis));
  if (onlyLate !== true && hasLate && number < MAX_LOOKS)
    steps.push(collectStep(number + 1, nowMs, { onlyLate: true }));
  // Read again: it may have been resolved meanwhile.
  const [incident, refusal] = await Promise.all([
    store.getIncident(step.incidentId),
    analyzer === undefined ? undefined : whyStopped(store, 'models'),
  ]);
  if (incident === undefined) return {};
  const state = { number, look: found, ...firstWords(found, analyzer !== undefined, refusal) };
  const { read } = found.evidence;
  const detail = { read, collectedMs: found.collection.durationMs, bundle: isKept };
  return {
    ...(await briefEffects(context, incident, step.key, state)),
    steps,
    audit: [{ actor: 'midwatch', action, detail }],
  };
}

/** No reading is promised that is known not to come: the analysis, which asks again, will say the same. */
function firstWords({ analysis }: KeptLook, hasModel: boolean, refusal: string | undefined) {
  return refusal === undefined
    ? { analysis, isPending: hasModel }
    : { analysis: withNote(analysis, `${refusal}; this is what the evidence alone says`), isPending: false };
}
