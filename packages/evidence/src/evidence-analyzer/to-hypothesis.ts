import type { Finding, Hypothesis } from '@midwatch/core/incident';
import { formatDuration } from '../wording/numbers.js';
import { cut } from '../wording/quote.js';
import type { SuspectFindings } from './findings-of-suspect.js';
import { sayChange, sayValue } from './say-cause.js';

const mostCitations = 10;
const mostStatements = 2;

export function toHypothesis(found: SuspectFindings): Hypothesis {
  const { suspect, change, own, felt, errors } = found;
  const cited = [change, ...own, ...felt.slice(0, 2), ...errors.slice(0, 1)].flatMap(
    (finding) => finding?.id ?? [],
  );
  const statements = own.slice(0, mostStatements).map((finding) => finding.statement);
  const changed =
    change === undefined
      ? []
      : [
          `${sayChange(change)}${change.beforeOnsetMs === undefined ? '' : `, ${formatDuration(change.beforeOnsetMs)} before onset`}.`,
        ];
  const words = [...changed, ...statements];
  return {
    statement: words.length === 0 ? `${cut(suspect.service, 80)}: ${suspect.reason}` : words.join(' '),
    service: suspect.service,
    ...(change === undefined ? {} : { change: change.id }),
    evidence: [...new Set([...cited, ...suspect.findingIds])].slice(0, mostCitations),
    disprovedBy: sayDisproof(found),
  };
}

/** What a person can look up that would show another cause. */
function sayDisproof({ suspect, change, own }: SuspectFindings): string {
  const name = cut(suspect.service, 80);
  const [first] = own;
  if (change !== undefined) {
    const [value] = change.changes;
    const undone =
      value === undefined
        ? 'the previous version'
        : `${cut(value.path, 80)} back at ${sayValue(value.before)}`;
    return `With ${undone}, ${name} goes on as now${first === undefined ? '' : ` (${first.id})`}.`;
  }
  return first === undefined ? `${name} behaves the same in a healthy hour.` : disproofOf(first, name);
}

function disproofOf(finding: Finding, name: string): string {
  if (finding.kind === 'trace-fault') {
    switch (finding.fault) {
      case 'network-wait':
        return `A caller of ${name} that is answered without the wait of ${finding.id}, or the same wait before calls to other services.`;
      case 'client-wait':
        return `Calls from ${name} that start at once while it is slow, or other callers that wait as long for the same service.`;
      case 'slow-self-time':
        return `A profile that shows ${name} idle, or waiting for something untraced, during the calls of ${finding.id}.`;
      case 'own-error':
        return `A call below ${name} that failed first in the traces of ${finding.id}, or the same error in healthy hours.`;
      case 'missing-step':
      case 'missing-callee':
        return `Requests since then that still take the step of ${finding.id}, or another kind of request that explains why it is not needed.`;
      case 'new-path':
        return `The new path of ${finding.id} in healthy hours.`;
    }
  }
  if (finding.kind === 'cluster-event') return `Requests that fail or slow down before ${finding.id}.`;
  return `${finding.id} in a healthy hour, or another service that shows its like earlier.`;
}
