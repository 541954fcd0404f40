import type { Alert, AlertRecord, Effects, NewAuditEntry, StormRecord } from '@midwatch/core/incident';
import {
  type PreparedAnalysis,
  type PreparedOutcome,
  type PreparedRating,
  prepareAnalysis,
  prepareOutcome,
  prepareRating,
} from './ledger-rows.js';
import { type PreparedMemories, prepareMemories } from './memory-rows.js';
import { toStoredJson, toStoredText, toStoredTime } from './stored-text.js';

export type QueueName = 'step' | 'outbox';

/** Effects as text, checked: from here on nothing of the caller's can be refused. */
export interface PreparedEffects {
  readonly brief?: { document: string; headline: string; verdict: string; confidence: string };
  readonly work: readonly PreparedWork[];
  readonly audit: readonly PreparedAudit[];
  readonly analyses: readonly PreparedAnalysis[];
  readonly outcome?: PreparedOutcome;
  readonly rating?: PreparedRating;
  readonly memories: PreparedMemories;
  /** Columns of the incident. */
  readonly owner?: { owned_by: string | null; owned_at_ms: number | null };
  readonly silence?: {
    silenced_by: string | null;
    silenced_at_ms: number | null;
    silenced_until_ms: number | null;
  };
}

export interface PreparedWork {
  readonly queue: QueueName;
  readonly key: string;
  readonly kind: string;
  readonly input: string | null;
  readonly dueAtMs: number;
}

export interface PreparedAudit {
  readonly actor: string;
  readonly action: string;
  readonly detail: string | null;
}

/** Checks sizes and turns everything into text, before anything is written. */
export function prepareEffects(effects: Effects = {}, nowMs = 0): PreparedEffects {
  const { brief, steps = [], deliveries = [], audit = [], analyses = [], outcome, rating } = effects;
  return {
    ...(brief !== undefined && {
      brief: {
        document: toStoredJson(brief, 'a brief') ?? 'null',
        headline: toStoredText(brief.headline, 'a headline'),
        verdict: brief.verdict,
        confidence: brief.confidence,
      },
    }),
    work: [
      ...steps.map(({ key, kind, input, dueAtMs }) => ({
        queue: 'step' as const,
        key: toStoredText(key, "a step's key"),
        kind: toStoredText(kind, "a step's kind"),
        input: toStoredJson(input, "a step's input"),
        dueAtMs: toStoredTime(dueAtMs, "a step's due time"),
      })),
      ...deliveries.map(({ key, channel, payload, dueAtMs }) => ({
        queue: 'outbox' as const,
        key: toStoredText(key, "a delivery's key"),
        kind: toStoredText(channel, "a delivery's channel"),
        input: toStoredJson(payload, "a delivery's payload"),
        dueAtMs: toStoredTime(dueAtMs, "a delivery's due time"),
      })),
    ],
    audit: audit.map((entry) => prepareAudit(entry)),
    analyses: analyses.map((analysis) => prepareAnalysis(analysis)),
    ...(outcome && { outcome: prepareOutcome(outcome) }),
    ...(rating && { rating: prepareRating(rating) }),
    memories: prepareMemories(effects),
    ...preparePeople(effects, nowMs),
  };
}

function preparePeople(
  { owner, silence }: Effects,
  nowMs: number,
): Pick<PreparedEffects, 'owner' | 'silence'> {
  return {
    ...(owner === 'none' && { owner: { owned_by: null, owned_at_ms: null } }),
    ...(typeof owner === 'object' && {
      owner: { owned_by: toStoredText(owner.by, 'a name'), owned_at_ms: nowMs },
    }),
    ...(silence === 'none' && {
      silence: { silenced_by: null, silenced_at_ms: null, silenced_until_ms: null },
    }),
    ...(typeof silence === 'object' && {
      silence: {
        silenced_by: toStoredText(silence.by, 'a name'),
        silenced_at_ms: nowMs,
        silenced_until_ms: toStoredTime(silence.untilMs, "a silence's end"),
      },
    }),
  };
}

export function prepareAudit({ actor, action, detail }: NewAuditEntry): PreparedAudit {
  return {
    actor: toStoredText(actor, "an audit entry's actor"),
    action: toStoredText(action, "an audit entry's action"),
    detail: toStoredJson(detail, "an audit entry's detail"),
  };
}

export interface PreparedAlert {
  readonly incidentId: string;
  readonly groupKey: string;
  readonly fingerprint: string;
  readonly startsAtMs: number;
  readonly status: Alert['status'];
  /** When it ended, for an alert that is resolved. */
  readonly endedAtMs: number | null;
  readonly document: string;
  /** What an incident that it opens takes from it. */
  readonly name: string;
  readonly service: string | null;
  readonly namespace: string | null;
  readonly environment: string | null;
  readonly severity: string | null;
  readonly opened: PreparedEffects;
  readonly joined: PreparedEffects;
  readonly resolved: PreparedEffects;
  readonly turned: PreparedEffects;
  readonly joinSinceMs: number;
  readonly reopenSinceMs: number | undefined;
  readonly openedSinceMs: number | undefined;
  readonly storm: PreparedStorm | undefined;
}

export interface PreparedStorm extends Pick<StormRecord, 'joinSinceMs' | 'incidents' | 'countSinceMs'> {
  readonly groupKey: string;
  readonly title: string;
  readonly opened: PreparedEffects;
  readonly joined: PreparedEffects;
}

export function prepareAlert(record: AlertRecord): PreparedAlert {
  const { alert, incidentId, groupKey, effects } = record;
  const nowMs = toStoredTime(record.nowMs, 'the time');
  const sinceWhen = (timeMs: number | undefined) =>
    timeMs === undefined ? undefined : toStoredTime(timeMs, 'the time since which incidents go on');
  const isFiring = alert.status === 'firing';
  const optional = (text: string | undefined, what: string) =>
    text === undefined ? null : toStoredText(text, what);
  return {
    incidentId: toStoredText(incidentId, "an incident's id"),
    groupKey: toStoredText(groupKey, 'a group key'),
    fingerprint: toStoredText(alert.fingerprint, "an alert's fingerprint"),
    startsAtMs: toStoredTime(alert.startsAtMs, "an alert's start"),
    status: alert.status,
    endedAtMs: alert.status === 'resolved' ? toStoredTime(alert.endsAtMs ?? nowMs, "an alert's end") : null,
    document: toStoredJson(alert, 'an alert') ?? 'null',
    name: toStoredText(alert.name, "an alert's name"),
    service: optional(alert.target.service, 'a service'),
    namespace: optional(alert.target.namespace, 'a namespace'),
    environment: optional(alert.target.environment, 'an environment'),
    severity: optional(alert.severity, 'a severity'),
    opened: prepareEffects(effects.opened),
    joined: prepareEffects(effects.joined),
    resolved: prepareEffects(effects.resolved),
    turned: prepareEffects(effects.turned),
    joinSinceMs: toStoredTime(record.joinSinceMs, 'the time since which incidents are joined'),
    reopenSinceMs: isFiring ? sinceWhen(record.reopenSinceMs) : undefined,
    openedSinceMs: sinceWhen(record.openedSinceMs),
    storm: isFiring && record.storm !== undefined ? prepareStorm(record.storm) : undefined,
  };
}

function prepareStorm({ groupKey, title, incidents, effects, ...times }: StormRecord): PreparedStorm {
  return {
    groupKey: toStoredText(groupKey, "a storm's group key"),
    title: toStoredText(title, "a storm's title"),
    incidents,
    joinSinceMs: toStoredTime(times.joinSinceMs, 'the time since which storms are joined'),
    countSinceMs: toStoredTime(times.countSinceMs, 'the time since which incidents are counted'),
    opened: prepareEffects(effects.opened),
    joined: prepareEffects(effects.joined),
  };
}
