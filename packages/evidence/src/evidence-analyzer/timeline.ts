import type { Alert, Evidence, Suspect, TimelineEntry } from '@midwatch/core/incident';
import { formatQuantity } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import { changeOf, changeSentence, decisiveShifts, findingsOf } from './statements.js';

const mostEntries = 6;

/** What happened in which order: the change, the first signs, the decisive shift, the alert. */
export function toTimeline(evidence: Evidence, alert: Alert, suspect: Suspect): TimelineEntry[] {
  const entries: TimelineEntry[] = [];
  const change = changeOf(suspect, evidence);
  if (change !== undefined) {
    const { atMs, text } = { atMs: change.deploy.timestampMs, text: changeSentence(change, undefined) };
    entries.push({ atMs, text: `${cut(suspect.service, 80)}: ${text}`, evidence: [change.id] });
  }
  const signs = findingsOf(suspect, evidence)
    .filter(({ kind, onsetMs }) => kind !== 'change' && kind !== 'metric-shift' && onsetMs !== undefined)
    .sort((one, other) => other.strength - one.strength)
    .slice(0, 2);
  for (const { id, statement, onsetMs } of signs) {
    if (onsetMs !== undefined) entries.push({ atMs: onsetMs, text: statement, evidence: [id] });
  }
  const shifts = decisiveShifts(evidence, [suspect.service, alert.target.service]);
  for (const { id, onsetMs, role, metric, unit, before, after, service } of shifts.slice(0, 2)) {
    if (onsetMs === undefined) continue;
    const say = (value: number) => formatQuantity(value, unit, role === 'error.ratio');
    const text = `${cut(service ?? suspect.service, 80)} ${cut(role ?? metric, 80)} leaves ${say(before)} for ${say(after)}`;
    entries.push({ atMs: onsetMs, text, evidence: [id] });
  }
  const cited = entries.flatMap((entry) => entry.evidence).slice(0, 1);
  if (cited.length > 0)
    entries.push({ atMs: alert.startsAtMs, text: `alert ${cut(alert.name, 80)} fires`, evidence: cited });
  return entries.sort((one, other) => one.atMs - other.atMs).slice(0, mostEntries);
}
