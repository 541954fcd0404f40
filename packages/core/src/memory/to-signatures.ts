import type { Evidence, Finding } from '../incident/finding.js';

const MAX_SIGNATURES = 40;
const MAX_SIGNATURE_LENGTH = 200;

/** The strongest findings in words that recur in another incident: no id, no number, no time. */
export function toSignatures({ findings }: Pick<Evidence, 'findings'>): readonly string[] {
  const strongest = findings
    .filter((finding) => finding.kind !== 'log-pattern' || finding.change !== 'steady')
    .toSorted((one, other) => other.strength - one.strength || (one.id < other.id ? -1 : 1));
  const signatures = strongest.map((finding) =>
    [finding.kind, finding.service ?? '-', ...wordsOf(finding)].join(' ').slice(0, MAX_SIGNATURE_LENGTH),
  );
  return [...new Set(signatures)].slice(0, MAX_SIGNATURES);
}

function wordsOf(finding: Finding): readonly string[] {
  switch (finding.kind) {
    case 'log-pattern':
      return [finding.change, finding.template];
    case 'metric-shift':
      return [finding.direction, finding.metric];
    case 'trace-fault':
      return [finding.fault, finding.operation ?? '-'];
    case 'change':
      return [finding.relation, ...finding.changes.map(({ path }) => path)];
    case 'cluster-event':
      return [finding.reason];
  }
}
