import type { Escalation } from '@midwatch/core/incident';
import { sayName } from './plain-text.js';

const reasons: Readonly<Record<Escalation['reason'], string>> = {
  'low-confidence': 'was unsure',
  'disagrees-with-evidence': 'disagreed with the evidence',
  'unrelated-suspects': 'had two suspects that are nearly equal and call nothing of each other',
};

/** Why a larger model was asked and what came of it, in one sentence; nothing when none was, or when a note says so already. */
export function sayEscalation({ from, outcome, reason }: Escalation): readonly string[] {
  if (outcome === 'failed' || outcome === 'not-asked') return [];
  const small = from.analyzer.model ?? from.analyzer.name;
  const said = from.service === undefined ? 'named nobody' : `named ${sayName(from.service)}`;
  const end = outcome === 'confirmed' ? 'the larger model confirms it' : 'the larger model says otherwise';
  return [`${small} ${reasons[reason]} and ${said} (${from.confidence}); ${end}`];
}
