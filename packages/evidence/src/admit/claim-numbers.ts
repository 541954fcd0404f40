/** What a number measures: milliseconds, a share from 0 to 1, bytes, how many times, or nothing that is said. */
export type Dimension = 'time' | 'share' | 'bytes' | 'factor' | 'plain';

export interface ClaimedNumber {
  /** As it stands in the text. */
  readonly text: string;
  readonly dimension: Dimension;
  /** In milliseconds, as a share, in bytes, or as it is. */
  readonly value: number;
  /** Half of the last printed digit, in the same unit: what rounding may have cut. */
  readonly roundedBy: number;
}

interface Unit {
  readonly dimension: Dimension;
  readonly scale: number;
}

const units: ReadonlyMap<string, Unit> = new Map(
  (
    [
      ['time', 1e-6, ['ns']],
      ['time', 1e-3, ['us', 'µs']],
      ['time', 1, ['ms', 'millisecond', 'milliseconds']],
      ['time', 1000, ['s', 'sec', 'secs', 'second', 'seconds']],
      ['time', 60_000, ['m', 'min', 'mins', 'minute', 'minutes']],
      ['time', 3_600_000, ['h', 'hr', 'hrs', 'hour', 'hours']],
      ['time', 86_400_000, ['d', 'day', 'days']],
      ['share', 0.01, ['%', 'percent']],
      ['bytes', 1, ['b', 'byte', 'bytes', 'by']],
      ['bytes', 1000, ['kb']],
      ['bytes', 1e6, ['mb']],
      ['bytes', 1e9, ['gb']],
      ['bytes', 1024, ['kib', 'ki']],
      ['bytes', 1024 ** 2, ['mib', 'mi']],
      ['bytes', 1024 ** 3, ['gib', 'gi']],
      ['factor', 1, ['x', 'times', 'fold', '×']],
    ] as const
  ).flatMap(([dimension, scale, names]) => names.map((name): [string, Unit] => [name, { dimension, scale }])),
);

/** A number that is no part of a name, an id, a version or a clock time; then perhaps a unit. */
const number =
  /(?<![\p{L}\d_.#:/-])(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d+)?(?![\d_:]|\.\d|,\d{3})(?:[ -]?(%|[a-zA-Zµ×]{1,12}))?(?![\p{L}\d_])/gu;
const longestText = 20_000;

/** The numbers of a text, with their units; `6 h 11 min` is one number. Names such as `p99`, `v2.1.0`, `T1` hold none. */
export function claimedNumbers(text: string): readonly ClaimedNumber[] {
  const found: (ClaimedNumber & { end: number; scale: number })[] = [];
  for (const match of text.slice(0, longestText).matchAll(number)) {
    const [whole, digits = '', fraction = '', word = ''] = match;
    const unit = units.get(word.toLowerCase());
    const { dimension, scale } = unit ?? { dimension: 'plain' as const, scale: 1 };
    const value = Number(digits.replaceAll(',', '') + fraction) * scale;
    const roundedBy = (0.5 * scale) / 10 ** Math.max(0, fraction.length - 1);
    const printed =
      unit === undefined && word !== '' ? whole.slice(0, whole.length - word.length).trimEnd() : whole;
    const last = found[found.length - 1];
    const continues =
      last !== undefined &&
      dimension === 'time' &&
      last.dimension === 'time' &&
      scale < last.scale &&
      last.end + 1 === match.index;
    if (continues) {
      found.pop();
      found.push({
        text: `${last.text} ${printed}`,
        dimension,
        value: last.value + value,
        roundedBy,
        scale,
        end: match.index + whole.length,
      });
    } else {
      found.push({ text: printed, dimension, value, roundedBy, scale, end: match.index + whole.length });
    }
  }
  return found;
}

const version =
  /(?<![\p{L}\d_.])[vV]?\d+(?:\.\d+){2,}(?:[-+][0-9A-Za-z.-]+)?(?![\p{L}\d_])|(?<![\p{L}\d_.])[vV]\d+(?:\.\d+)*(?![\p{L}\d_])/gu;
const reference = /(?<![\p{L}\d_])[#!]\d+/gu;
const clockTime = /(?<![\d:])([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])/g;

/** Versions and pull requests: they must stand word for word in what is cited. */
export function claimedNames(text: string): readonly string[] {
  const cut = text.slice(0, longestText);
  return [...cut.matchAll(version), ...cut.matchAll(reference)].map((match) => match[0]);
}

/** `3:41`, `03:41:07`. */
export function claimedTimes(text: string): readonly string[] {
  return Array.from(text.slice(0, longestText).matchAll(clockTime), (match) => match[0]);
}
