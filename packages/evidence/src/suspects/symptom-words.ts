import type { Alert } from '@midwatch/core/incident';
import type { SymptomWords } from '../changes/change-relevance.js';
import { type Theme, themesOf, wordsOf } from '../changes/word-themes.js';
import type { Clue } from '../clues/clue.js';

/** What kinds of faults are about, when no text tells. */
const themesOfFault: Readonly<Record<string, readonly Theme[]>> = {
  'client-wait': ['connections', 'queues', 'time-limits'],
  'network-wait': ['addresses', 'time-limits'],
  'slow-self-time': ['cpu', 'memory', 'queues'],
  'missing-callee': ['addresses', 'features'],
  'missing-step': ['features'],
  'new-path': ['features', 'time-limits'],
};

const mostClues = 40;

/** The words of what goes wrong with each service, to be compared with what was changed there. */
export function toSymptomWords(clues: readonly Clue[], alert: Alert): (service: string) => SymptomWords {
  const byService = new Map<string, Clue[]>();
  for (const clue of clues) {
    if (clue.blamed === undefined || clue.gain < 1) continue;
    const known = byService.get(clue.blamed);
    if (known === undefined) byService.set(clue.blamed, [clue]);
    else if (known.length < mostClues) known.push(clue);
  }
  return (service) => {
    const texts = (byService.get(service) ?? []).map(textOf);
    if (service === alert.target.service)
      texts.push(`${alert.name} ${alert.summary ?? ''} ${alert.description ?? ''}`);
    const words = wordsOf(texts.join(' '));
    const themes = new Set(themesOf(words));
    for (const { draft } of byService.get(service) ?? []) {
      if (draft.kind !== 'trace-fault') continue;
      for (const theme of themesOfFault[draft.fault] ?? []) themes.add(theme);
    }
    return { words, themes };
  };
}

function textOf({ draft }: Clue): string {
  if (draft.kind === 'log-pattern') return `${draft.template} ${draft.example.slice(0, 200)}`;
  if (draft.kind === 'metric-shift') return `${draft.metric} ${draft.role ?? ''}`;
  if (draft.kind === 'cluster-event') return `${draft.reason} ${draft.title}`;
  // Of a trace fault only what the failures say, which stands in quotes.
  if (draft.kind === 'trace-fault') return draft.statement.slice(draft.statement.indexOf('"'));
  return '';
}
