import type { LedgerStore } from '@midwatch/core/incident';
import type { LedgerKey } from './ledger-rows.js';
import { type PagePosition, parsePageRequest } from './page-cursor.js';
import { StoreError } from './store-error.js';
import { toStoredTime } from './stored-text.js';

/** Of one incident's analyses, outcomes and ratings each. */
export const maxHistoryShown = 200;

export interface AnalysisQuery {
  readonly limit: number;
  readonly fromMs: number;
  readonly toMs: number;
  readonly after?: LedgerKey;
}

export function parseAnalysisQuery(query: Parameters<LedgerStore['listAnalyses']>[0]): AnalysisQuery {
  const { limit, after } = parsePageRequest(query);
  return {
    limit,
    fromMs: toStoredTime(query.fromMs, "the window's start"),
    toMs: toStoredTime(query.toMs, "the window's end"),
    ...(after === undefined ? {} : { after: toLedgerKey(after) }),
  };
}

export function positionOf({ at_ms, incident_id, number }: LedgerKey): PagePosition {
  return { order: Number(at_ms), tie: `${number}.${incident_id}` };
}

function toLedgerKey({ order, tie }: PagePosition): LedgerKey {
  const [, number, id] = /^(\d{1,15})\.(.*)$/s.exec(tie) ?? [];
  if (number === undefined || id === undefined)
    throw new StoreError('bad-page', 'the cursor is none that a page gave: begin again without one');
  return { at_ms: order, incident_id: id, number: Number(number) };
}
