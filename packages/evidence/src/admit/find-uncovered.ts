import { claimedNames, claimedNumbers, claimedTimes } from './claim-numbers.js';
import type { Facts } from './finding-facts.js';

/** Bare numbers up to this one count things that nobody prints, such as "two of 3 callers". */
const smallCount = 9;

/** The numbers, versions and times of day of a text that stand in none of the findings it rests on, as written. */
export function findUncovered(text: string, facts: Facts): readonly string[] {
  const numbers = claimedNumbers(text)
    .filter(
      ({ dimension, value }) => !(dimension === 'plain' && Number.isInteger(value) && value <= smallCount),
    )
    .filter((number) => !facts.covers(number))
    .map((number) => number.text);
  const names = claimedNames(text).filter((name) => !facts.text.includes(name.toLowerCase()));
  const times = claimedTimes(text).filter((time) => !facts.happensAt(time));
  return [...numbers, ...names, ...times];
}
