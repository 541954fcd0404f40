import type { Memory, MemoryFeatures, SeenBefore } from '../incident/memory.js';

/** Judgements, in one place. */
const SHOWN_FROM = { signatures: 0.3, words: 0.5 } as const;
/** Of a text alone, which says far less of what was found. */
const TEXT_SHOWN_FROM = 0.4;
const MOST_SHOWN = 3;
const SAME_SERVICE = 0.1;
const SAME_NAMESPACE = 0.05;
/** A text of few words is like everything by one of them. */
const LEAST_WORDS = 3;
/** Two cases that helped stand for what is not known of a memory yet. */
const PRIOR_HELPED = 2;

export interface MemoryQuestion extends MemoryFeatures {
  /** Of the present incident. */
  readonly service?: string;
  readonly namespace?: string;
}

export interface RankMemoriesOptions {
  /** How many memories there are, of which `candidates` are those that share anything. */
  readonly total: number;
  /** The present incident's: it is no memory of itself. */
  readonly exceptKey?: string;
}

/**
 * The past incidents that are like the present one, the likest first, at most three.
 *
 * Likeness by signatures is the weight of those that both have over the weight of those that either has (a weighted Jaccard
 * index); one weighs ln(1 + total / how many memories have it), so that what everybody has says little. The same is done with
 * words, which also find the same fault in another service; a memory that has no signatures is compared by the cosine of
 * the weights of its words with the question's, where three recur. The same service adds 0.1 and the same namespace 0.05, where anything
 * else is alike.
 *
 * That is multiplied by (helped + 2) / (helped + misled + 2): a memory that was shown and whose incident had another cause
 * sinks. Shown is what is 0.3 by signatures, 0.5 by words, or 0.4 by a text.
 */
export function rankMemories(
  question: MemoryQuestion,
  candidates: readonly Memory[],
  { exceptKey, total }: RankMemoriesOptions,
): readonly SeenBefore[] {
  const weigh = {
    signature: createWeight(
      candidates.map(({ signatures }) => signatures),
      total,
    ),
    word: createWeight(
      candidates.map(({ words }) => words),
      total,
    ),
  };
  const ranked = candidates
    .filter(({ key }) => key !== exceptKey)
    .flatMap((memory) => {
      const trust = trustIn(memory);
      const likeness = likenessOf(question, memory, weigh);
      const by = (['signatures', 'words'] as const)
        .filter((each) => likeness[each] * trust >= leastOf(each, memory))
        .toSorted((one, other) => likeness[other] - likeness[one])[0];
      return by === undefined ? [] : [{ by, memory, similarity: likeness[by] * trust }];
    })
    .toSorted(
      (one, other) =>
        other.similarity - one.similarity ||
        other.memory.atMs - one.memory.atMs ||
        (one.memory.key < other.memory.key ? -1 : 1),
    );
  return ranked.slice(0, MOST_SHOWN).map(({ by, memory, similarity }) => ({
    key: memory.key,
    atMs: memory.atMs,
    ...(memory.service === undefined ? {} : { service: memory.service }),
    ...(memory.causeService === undefined ? {} : { causeService: memory.causeService }),
    cause: memory.cause,
    ...{ similarity, by, helped: memory.helped, misled: memory.misled },
  }));
}

type Weight = (feature: string) => number;

/** Below the search's limit every memory with a feature of the question is a candidate: so its count is exact. */
function createWeight(of: readonly (readonly string[])[], total: number): Weight {
  const counts = new Map<string, number>();
  for (const features of of)
    for (const feature of new Set(features)) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return (feature) => Math.log(1 + Math.max(total, 1) / (counts.get(feature) ?? 1));
}

function likenessOf(
  question: MemoryQuestion,
  memory: Memory,
  weigh: { readonly signature: Weight; readonly word: Weight },
): Readonly<Record<SeenBefore['by'], number>> {
  const isSame = (one: string | undefined, other: string | undefined) => one !== undefined && one === other;
  const bonus =
    (isSame(question.service, memory.service) ? SAME_SERVICE : 0) +
    (isSame(question.namespace, memory.namespace) ? SAME_NAMESPACE : 0);
  const withBonus = (shared: number) => (shared === 0 ? 0 : Math.min(1, shared + bonus));
  const likeWords = memory.signatures.length > 0 ? jaccard : cosine;
  return {
    signatures: withBonus(jaccard(question.signatures, memory.signatures, weigh.signature)),
    words: withBonus(likeWords(question.words, memory.words, weigh.word)),
  };
}

function leastOf(by: SeenBefore['by'], { signatures }: Memory): number {
  return by === 'words' && signatures.length === 0 ? TEXT_SHOWN_FROM : SHOWN_FROM[by];
}

function jaccard(ones: readonly string[], others: readonly string[], weigh: Weight): number {
  const [one, other] = [new Set(ones), new Set(others)];
  const either = sum([...new Set([...one, ...other])], weigh);
  return either === 0
    ? 0
    : sum(
        [...one].filter((feature) => other.has(feature)),
        weigh,
      ) / either;
}

function cosine(asked: readonly string[], own: readonly string[], weigh: Weight): number {
  const known = new Set(asked);
  const again = own.filter((word) => known.has(word));
  const squared = (word: string) => weigh(word) ** 2;
  if (again.length < LEAST_WORDS) return 0;
  return sum(again, squared) / Math.sqrt(sum(own, squared) * sum(asked, squared));
}

function sum(features: readonly string[], weigh: Weight): number {
  return features.reduce((all, feature) => all + weigh(feature), 0);
}

function trustIn({ helped, misled }: Memory): number {
  return (helped + PRIOR_HELPED) / (helped + misled + PRIOR_HELPED);
}
