import type { Finding, FindingKind } from '@midwatch/core/incident';
import type { FindingDraft } from '../clues/clue.js';

const letterOf: Record<FindingKind, string> = {
  'log-pattern': 'L',
  'metric-shift': 'M',
  'trace-fault': 'T',
  change: 'D',
  'cluster-event': 'I',
};

const mostOfKind: Record<FindingKind, number> = {
  'log-pattern': 25,
  'metric-shift': 25,
  'trace-fault': 20,
  change: 20,
  'cluster-event': 15,
};

export interface NumberedFindings {
  /** In order of id within each kind. */
  readonly findings: readonly Finding[];
  idOf(draft: FindingDraft): string | undefined;
}

/**
 * Gives ids: strongest first within each kind, equal ones by service and words, so that the same evidence has the same
 * numbers tomorrow. `decisive` drafts, those that the ranking speaks of, are kept before stronger ones that it does not.
 */
export function numberFindings(
  drafts: readonly FindingDraft[],
  decisive: ReadonlySet<FindingDraft>,
): NumberedFindings {
  const findings: Finding[] = [];
  const ids = new Map<FindingDraft, string>();
  for (const kind of Object.keys(letterOf) as FindingKind[]) {
    const kept = drafts
      .filter((draft) => draft.kind === kind)
      .sort((a, b) => Number(decisive.has(b)) - Number(decisive.has(a)) || byStrength(a, b))
      .slice(0, mostOfKind[kind])
      .sort(byStrength);
    for (const [index, draft] of kept.entries()) {
      const id = `${letterOf[kind]}${index + 1}`;
      ids.set(draft, id);
      findings.push({ id, ...draft } as Finding);
    }
  }
  return { findings, idOf: (draft) => ids.get(draft) };
}

function byStrength(a: FindingDraft, b: FindingDraft): number {
  return (
    b.strength - a.strength ||
    compare(a.service ?? '', b.service ?? '') ||
    compare(a.statement, b.statement) ||
    compare(a.signalIds[0] ?? '', b.signalIds[0] ?? '')
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
