import type { Confidence, Judgement, SettledCount, SettledRecordRequest } from '@midwatch/core/incident';
import { toStoredTime } from './stored-text.js';

/** Numbers come as texts from some engines. */
export interface SettledRow {
  readonly analyzer: string;
  readonly model: string | null;
  readonly prompt_version: string | null;
  readonly level: string;
  readonly shown_level: string;
  readonly judgement: string;
  readonly via: string;
  readonly count: number | string;
  readonly first_at_ms: number | string;
  readonly last_at_ms: number | string;
}

export function parseSettledRequest({ fromMs, toMs }: SettledRecordRequest): SettledRecordRequest {
  return {
    fromMs: toStoredTime(fromMs, "the window's start"),
    toMs: toStoredTime(toMs, "the window's end"),
  };
}

export function toSettledCount(row: SettledRow): SettledCount {
  const { analyzer: name, model, prompt_version: promptVersion } = row;
  return {
    analyzer: {
      name,
      ...(model === null ? {} : { model }),
      ...(promptVersion === null ? {} : { promptVersion }),
    },
    level: row.level as Confidence,
    shownLevel: row.shown_level as Confidence,
    judgement: row.judgement as Judgement,
    via: row.via === 'action' ? 'action' : 'people',
    count: Number(row.count),
    firstAtMs: Number(row.first_at_ms),
    lastAtMs: Number(row.last_at_ms),
  };
}
