import type { NewMemory } from '../incident/memory.js';
import { toWords } from './memory-terms.js';

type Cause = Pick<NewMemory, 'cause' | 'causeService'>;

/**
 * Whether two causes that people told may be one: not when they blame different services, nor when both are told in words and
 * have none in common besides the services' names. `undefined` when too little was told of one.
 */
export function isSameCause(one: Cause, other: Cause): boolean | undefined {
  const isTold = one.causeService !== undefined && other.causeService !== undefined;
  if (isTold && one.causeService !== other.causeService) return false;
  const names = new Set(toWords([one.causeService, other.causeService].join(' ')));
  const wordsOf = ({ cause }: Cause) => toWords(cause).filter((word) => !names.has(word));
  const [words, others] = [wordsOf(one), new Set(wordsOf(other))];
  if (words.length === 0 || others.size === 0) return isTold ? true : undefined;
  return words.some((word) => others.has(word));
}
