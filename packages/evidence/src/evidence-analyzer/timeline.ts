import type { TimelineEntry } from '@midwatch/core/incident';
import type { SuspectFindings } from './findings-of-suspect.js';
import { sayChange } from './say-cause.js';

const mostSigns = 3;
const mostShifts = 2;

/** What happened in which order: the change, what users feel, the first signs. Each entry rests on its finding. */
export function toTimeline({ change, own, felt, errors }: SuspectFindings): readonly TimelineEntry[] {
  const changed: TimelineEntry[] =
    change === undefined
      ? []
      : [{ atMs: change.deploy.timestampMs, text: `${sayChange(change)}.`, evidence: [change.id] }];
  const signs = new Set([...own.slice(0, mostSigns), ...felt.slice(0, mostShifts), ...errors.slice(0, 1)]);
  const dated = Array.from(signs).flatMap(({ id, statement, onsetMs }): TimelineEntry[] =>
    onsetMs === undefined ? [] : [{ atMs: onsetMs, text: statement, evidence: [id] }],
  );
  return [...changed, ...dated.toSorted((a, b) => a.atMs - b.atMs)];
}
