import type { AdmittedAnalysis, Alert, Brief, Effects, Incident } from '@midwatch/core/incident';
import { stillReading } from './investigate.js';
import type { KeptLook } from './kept-look.js';
import type { ResponderContext } from './responder-options.js';

/** What a delivery holds. */
export interface DeliveryPayload {
  readonly brief: Brief;
  readonly nowMs: number;
}

interface BriefState {
  readonly look: KeptLook;
  readonly analysis: AdmittedAnalysis;
  readonly isPending: boolean;
}

/** The brief of what stands, as the incident is now, and its way to every channel. */
export function briefEffects(
  context: ResponderContext,
  incident: Incident,
  stepKey: string,
  { look, analysis, isPending }: BriefState,
): Pick<Effects, 'brief' | 'deliveries'> {
  const { analyzer, parts } = context;
  const nowMs = context.now();
  const brief = parts.toBrief({
    alert: asOfNow(look.alert, incident),
    evidence: look.evidence,
    collection: look.collection,
    analysis,
    nowMs,
    ...(isPending && analyzer !== undefined ? { pending: stillReading(analyzer) } : {}),
  });
  return deliverBrief(context, brief, stepKey, nowMs);
}

export function deliverBrief(
  { notifiers }: ResponderContext,
  brief: Brief,
  stepKey: string,
  nowMs: number,
): Pick<Effects, 'brief' | 'deliveries'> {
  const payload: DeliveryPayload = { brief, nowMs };
  return {
    brief,
    deliveries: notifiers.map(({ id }) => ({
      key: `${stepKey} ${id}`,
      channel: id,
      payload,
      dueAtMs: nowMs,
    })),
  };
}

/** The alert that was looked at, with the status that the incident has by now. */
function asOfNow({ endsAtMs: _, ...alert }: Alert, { status, resolvedAtMs }: Incident): Alert {
  return { ...alert, status, ...(resolvedAtMs === undefined ? {} : { endsAtMs: resolvedAtMs }) };
}
