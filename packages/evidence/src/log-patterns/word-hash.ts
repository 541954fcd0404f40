const OFFSET = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** FNV-1a over UTF-16 code units. The scanner computes the same hash while it reads, so both must stay alike. */
export function hashRange(text: string, start: number, end: number): number {
  let hash = OFFSET;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), PRIME);
  return hash;
}

/** A closed vocabulary, asked by hash so that no substring is made for a look-up. */
export function toVocabulary(words: string): ReadonlySet<number> {
  return new Set(words.split(/\s+/).filter(Boolean).map((word) => hashRange(word, 0, word.length)));
}

export const hashSeed = OFFSET;
export const hashPrime = PRIME;
