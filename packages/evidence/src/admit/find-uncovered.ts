import { claimedFindingIds, claimedIdentifiers, mixesAlphabets, namesService } from './claim-identifiers.js';
import { claimedNames, claimedNumbers, claimedTimes } from './claim-numbers.js';
import { claimedPassages, isQuoted, type Passage } from './claim-passages.js';
import type { Facts } from './finding-facts.js';
import type { KnownNames } from './known-names.js';

/** Bare numbers up to this one count things that nobody prints, such as "two of 3 callers". */
const smallCount = 9;

/**
 * What a sentence says that stands in none of the findings it rests on, as written: numbers, versions, times of day, names of
 * things, and addresses, mentions and commands. The last three may stand only as a quotation, or as the whole value of a setting
 * that was changed: the same words without quotes would be an advice.
 */
export function findUncovered(text: string, facts: Facts, known: KnownNames): readonly string[] {
  const plain = text.replaceAll(lookalike, (character) => character.normalize('NFKC'));
  const numbers = claimedNumbers(plain)
    .filter(
      ({ dimension, value }) => !(dimension === 'plain' && Number.isInteger(value) && value <= smallCount),
    )
    .filter((number) => !facts.covers(number))
    .map((number) => number.text);
  const names = [...claimedNames(plain), ...claimedIdentifiers(plain)].filter((name) => !facts.says(name));
  const times = claimedTimes(plain).filter((time) => !facts.happensAt(time));
  const passages = claimedPassages(plain).filter((passage) => !isCovered(plain, passage, facts));
  return [
    ...numbers,
    ...names,
    ...times,
    ...passages.map((passage) => passage.text),
    ...foreignNames(plain, facts, known),
    ...claimedFindingIds(plain).filter((id) => !known.findingIds.has(id)),
    ...(mixesAlphabets(plain) && !facts.says(plain) ? [plain] : []),
  ];
}

/** Letters that are drawn as the common ones: of double width, and those of mathematics. */
const lookalike = /[\uff01-\uff5e\u{1d400}-\u{1d7ff}]/gu;

function isCovered(text: string, passage: Passage, facts: Facts): boolean {
  const bare = passage.text.replace(/[….,;:]+$/u, '');
  if (facts.isValue(bare)) return true;
  return isQuoted(text, passage) && bare.split('…').every((piece) => facts.says(piece));
}

/** Services, pods and operations that the evidence knows, and the findings that are cited do not speak of. */
function foreignNames(text: string, facts: Facts, known: KnownNames): readonly string[] {
  const lower = text.toLowerCase();
  const isNamed = (name: string): boolean => lower.includes(name.toLowerCase()) && !facts.says(name);
  return [
    ...known.services.filter((service) => isNamed(service) && namesService(text, service)),
    ...known.parts.filter(isNamed),
  ];
}
