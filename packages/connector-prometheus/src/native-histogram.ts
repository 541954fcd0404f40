import type { SeriesMeaning } from './role-query.js';

export type Sample = readonly [seconds: number, value: string];

/** The parts of native histograms that are single values, as classic histograms store them: `NAME_count` and `NAME_sum`. */
export function toHistogramParts(
  histograms: readonly unknown[],
  meaning: SeriesMeaning,
): readonly { readonly meaning: SeriesMeaning; readonly values: readonly Sample[] }[] {
  return (['count', 'sum'] as const).map((part) => ({
    meaning: {
      ...meaning,
      name: `${meaning.name}_${part}`,
      unit: part === 'count' ? '1' : meaning.unit,
      // Of an expression nobody knows whether it still grows.
      type: meaning.isStored === true ? 'counter' : 'gauge',
    },
    values: histograms.flatMap((entry) => toSample(entry, part)),
  }));
}

/** `[seconds, { count, sum, buckets? }]`; what is odd is left out. */
function toSample(entry: unknown, part: 'count' | 'sum'): readonly Sample[] {
  if (!Array.isArray(entry)) return [];
  const [seconds, histogram] = entry as readonly unknown[];
  if (typeof seconds !== 'number' || typeof histogram !== 'object' || histogram === null) return [];
  const value: unknown = Object.hasOwn(histogram, part)
    ? (histogram as Record<string, unknown>)[part]
    : undefined;
  return typeof value === 'string' ? [[seconds, value]] : [];
}
