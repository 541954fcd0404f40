import type { Advice, Evidence, Finding, Suspect } from '@midwatch/core/incident';
import { cut } from '../wording/quote.js';
import { changeOf, findingsOf } from './statements.js';

/** What to do about the first suspect, the safest first. Nothing here is ever executed by itself. */
export function toAdvice(suspect: Suspect, evidence: Evidence): Advice[] {
  const change = changeOf(suspect, evidence);
  const symptoms = findingsOf(suspect, evidence).filter(({ kind }) => kind !== 'change');
  const advice: Advice[] = [];
  if (change !== undefined) {
    const { rollback, changes } = change.deploy;
    const [first] = changes;
    const what =
      first === undefined
        ? 'the change'
        : `${cut(first.path, 120)} ${cut(first.before ?? 'absent', 40)} -> ${cut(first.after ?? 'removed', 40)}`;
    if (rollback !== undefined) {
      const reason = `It undoes ${what}; the previous revision ran before without these symptoms.`;
      advice.push({
        action: 'rollback',
        service: suspect.service,
        change: change.id,
        reason,
        evidence: [change.id],
      });
    } else {
      const reason = `Set back ${what}; no way to roll back was observed.`;
      advice.push({
        action: 'config-change',
        service: suspect.service,
        change: change.id,
        reason,
        evidence: [change.id],
      });
    }
  }
  const restart = symptoms.find(hasDied);
  if (change === undefined && restart !== undefined) {
    const reason = 'Its instances die; a restart buys time until the reason is known.';
    advice.push({ action: 'restart', service: suspect.service, reason, evidence: [restart.id] });
  }
  const look = symptoms.slice(0, 3).map(({ id }) => id);
  if (look.length > 0) {
    const reason =
      change === undefined
        ? 'See why it began; no change of it explains it.'
        : 'Confirm it before you roll back.';
    advice.push({ action: 'investigate', service: suspect.service, reason, evidence: look });
  }
  return advice;
}

function hasDied(finding: Finding): boolean {
  return finding.kind === 'cluster-event' && /oom|crash|killed|backoff/i.test(finding.reason);
}
