import type { ConnectorError, Gap, TimeWindow } from '@midwatch/core';
import type { SearchAnswer } from './elasticsearch-schema.js';

/** What an answer with status 200 says is not in it. `_shards.skipped` had nothing to say, and is no gap. */
export function answerGaps(answer: SearchAnswer, window: TimeWindow): readonly Gap[] {
  const gaps: Gap[] = [];
  if (answer.timed_out) {
    gaps.push({
      reason: 'vendor-timeout',
      window,
      detail: 'the server ran out of time: what it had found until then',
    });
  }
  const { failed, successful, total } = answer._shards;
  const unread = Math.max(failed, total - successful);
  if (unread > 0) {
    gaps.push({ reason: 'shard-failure', window, detail: `${unread} of ${total} shards did not answer` });
  }
  const { failed: down, partial, skipped } = answer._clusters ?? {};
  const clusters = (down ?? 0) + (partial ?? 0) + (skipped ?? 0);
  if (clusters > 0) {
    gaps.push({
      reason: 'shard-failure',
      window,
      detail: `${clusters} remote clusters did not answer, or in part`,
    });
  }
  // OpenSearch says so of every search that asks for no lines.
  if (answer.terminated_early === true && answer.hits.hits.length > 0) {
    gaps.push({ reason: 'row-limit', window, detail: 'the server stopped before it had seen every line' });
  }
  return gaps;
}

/** What was not read because a later request failed. */
export function unreadGap(error: ConnectorError, window: TimeWindow): Gap {
  if (error.code === 'timeout') return { reason: 'deadline', window };
  if (error.code === 'too-large') return { reason: 'byte-limit', window };
  const what = error.status === 404 ? 'the point in time was gone' : `a later request failed: ${error.code}`;
  return { reason: 'page-failure', window, detail: what };
}

/** Gaps of several pages, the same one once. */
export function createGapList(): { add(gap: Gap): void; all(): readonly Gap[] } {
  const known = new Map<string, Gap>();
  return {
    add(gap) {
      known.set(`${gap.reason} ${gap.detail ?? ''}`, gap);
    },
    all: () => [...known.values()],
  };
}
