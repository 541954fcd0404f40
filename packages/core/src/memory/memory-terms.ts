import type { MemoryFeatures } from '../incident/memory.js';

const MAX_WORDS = 60;
const MAX_WORD_LENGTH = 40;
/** Of the text that words are taken from. */
const MAX_TEXT_LENGTH = 20_000;

/** In half of all post-mortems: they tell nothing apart. */
const STOP_WORDS: ReadonlySet<string> = new Set(
  `about after again also and are because been before being but can could did does down during each for from had has have
  into its more not of off on once only other our out over same should some such than that the their then there these they
  this those through to too under until up was we were what when where which while who why will with would
  change cluster connected event fault incident log metric new pattern service shift steady trace unconnected
  error errors failed`
    .split(/\s+/)
    .filter((word) => word !== ''),
);

/**
 * The words of a text that may tell one incident from another, each once, in their order: lower case, three letters or more with
 * at least one letter, no common word; at most 60.
 */
export function toWords(text: string): readonly string[] {
  const words = new Set<string>();
  for (const [match] of text
    .slice(0, MAX_TEXT_LENGTH)
    .normalize('NFKC')
    .toLowerCase()
    .matchAll(/[\p{L}\p{N}]+/gu)) {
    const word = match.slice(0, MAX_WORD_LENGTH).toWellFormed();
    if (word.length < 3 || !/\p{L}/u.test(word) || STOP_WORDS.has(word)) continue;
    words.add(word);
    if (words.size === MAX_WORDS) break;
  }
  return [...words];
}

/** The words of signatures without the names of services: the same fault in another service has them, too. */
export function toFeatures(signatures: readonly string[]): MemoryFeatures {
  const parts = signatures.map((signature) => signature.split(' '));
  const services = [...new Set(parts.map(([, service = '-']) => service))].filter((name) => name.length > 2);
  const texts = parts.map(([, , ...rest]) =>
    services.reduce((text, service) => text.replaceAll(service, ' '), rest.join(' ')),
  );
  return { signatures, words: toWords(texts.join(' ')) };
}

/**
 * What a full-text search indexes and is asked for, the same for every database: a term for each whole signature, then the
 * words. A term is a letter and hexadecimal digits, so that no database's own rules for words change it.
 */
export function toMemoryTerms({ signatures, words }: MemoryFeatures): readonly string[] {
  return [
    ...new Set([
      ...signatures.map((signature) => `s${digest(signature)}`),
      ...words.map((word) => `w${digest(word)}`),
    ]),
  ];
}

/** FNV-1a over UTF-16 units, twice from different starts: 64 bits. Two texts of one digest would be candidates, no more. */
function digest(text: string): string {
  let [low, high] = [0x811c9dc5, 0xcbf29ce4];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (at & 0xffff), 0x01000193);
  }
  return [low, high].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}
