import type { Suspect } from '@midwatch/core/incident';
import { describeChange } from '../changes/find-changes.js';
import type { Clue, ClueFamily } from '../clues/clue.js';
import { list } from '../wording/quote.js';
import type { NumberedFindings } from './number-findings.js';
import type { RankedSuspect } from './rank-suspects.js';

const mostFindings = 12;
const familyWords: Record<ClueFamily, string> = {
  structure: 'steps of its requests changed',
  time: 'its own time or the wait for it grew',
  errors: 'it fails by itself',
  resources: 'its resources shifted',
  events: 'the cluster reports trouble with it',
  neighbours: 'it took the machine from others that run there',
  traffic: 'its traffic or routine lines changed',
};

/** A change that explains less than this is not named as the reason. */
const leastChange = 0.25;

/** Suspects with their reasons in words, citing the numbers that findings were given. */
export function toSuspects(ranked: readonly RankedSuspect[], numbered: NumberedFindings): readonly Suspect[] {
  return ranked.map((suspect) => {
    const strongest = suspect.clues[0]?.draft;
    const changeId = changeOf(suspect, numbered);
    const clueIds = idsOf(suspect.clues, numbered);
    const explained = idsOf(suspect.explains, numbered);
    return {
      service: suspect.service,
      ...(strongest?.pod === undefined ? {} : { pod: strongest.pod }),
      ...(strongest?.operation === undefined ? {} : { operation: strongest.operation }),
      ...(changeId === undefined ? {} : { changeId }),
      score: Math.round(suspect.score * 1000) / 1000,
      findingIds: [
        ...new Set([...clueIds, ...(changeId === undefined ? [] : [changeId]), ...explained]),
      ].slice(0, mostFindings),
      victims: suspect.victims.slice(0, 10),
      reason: reasonOf(suspect, numbered, changeId),
    };
  });
}

function changeOf(suspect: RankedSuspect, numbered: NumberedFindings): string | undefined {
  const { change } = suspect;
  if (change === undefined || change.weight < leastChange || (change.draft.beforeOnsetMs ?? 0) < -60_000)
    return undefined;
  return numbered.idOf(change.draft);
}

function idsOf(clues: readonly Clue[], numbered: NumberedFindings): readonly string[] {
  return clues.flatMap((clue) => numbered.idOf(clue.draft) ?? []);
}

function reasonOf(suspect: RankedSuspect, numbered: NumberedFindings, changeId: string | undefined): string {
  const parts: string[] = [];
  const families = [...suspect.families].sort((a, b) => b[1] - a[1]).filter(([, value]) => value >= 0.05);
  for (const [family] of families.slice(0, 3)) {
    const ids = idsOf(
      suspect.clues.filter((clue) => clue.family === family),
      numbered,
    ).slice(0, 3);
    if (ids.length > 0) parts.push(`${familyWords[family]} (${ids.join(', ')})`);
  }
  if (changeId !== undefined) {
    const decisive = suspect.change?.decisive;
    parts.push(
      decisive === undefined
        ? `it was changed before (${changeId})`
        : `${describeChange(decisive)} before (${changeId})`,
    );
  }
  const explained = idsOf(suspect.explains, numbered).slice(0, 4);
  if (suspect.victims.length > 0) {
    const cited = explained.length === 0 ? '' : ` (${explained.join(', ')})`;
    parts.push(
      `it accounts for what ${list(suspect.victims, 3)} ${suspect.victims.length === 1 ? 'shows' : 'show'}${cited}`,
    );
  }
  const sentence = parts.join('; ');
  return sentence === ''
    ? 'nothing speaks for it but its name'
    : `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`;
}
