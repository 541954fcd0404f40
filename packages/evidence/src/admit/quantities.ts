/** A number in a text with its unit brought to a base: seconds, shares of 1, bytes, or as it stands. */
export interface Quantity {
  readonly dimension: 'time' | 'share' | 'bytes' | 'plain';
  readonly value: number;
  /** Half a unit of the last written digit, in the base: `8.2 s` speaks of anything from 8.15 s to 8.25 s. */
  readonly tolerance: number;
  /** As written. */
  readonly text: string;
}

const units: Readonly<Record<string, readonly [Quantity['dimension'], number]>> = {
  ns: ['time', 1e-9],
  µs: ['time', 1e-6],
  us: ['time', 1e-6],
  ms: ['time', 1e-3],
  s: ['time', 1],
  sec: ['time', 1],
  seconds: ['time', 1],
  second: ['time', 1],
  min: ['time', 60],
  minutes: ['time', 60],
  minute: ['time', 60],
  h: ['time', 3600],
  hours: ['time', 3600],
  hour: ['time', 3600],
  d: ['time', 86_400],
  days: ['time', 86_400],
  day: ['time', 86_400],
  '%': ['share', 0.01],
  percent: ['share', 0.01],
  B: ['bytes', 1],
  KiB: ['bytes', 1024],
  MiB: ['bytes', 1024 ** 2],
  GiB: ['bytes', 1024 ** 3],
  KB: ['bytes', 1000],
  MB: ['bytes', 1e6],
  GB: ['bytes', 1e9],
};

/** A number that no letter, dot, colon, hash or underscore touches on its left: `p99`, `v2`, `03:41`, `#12` are none. */
const numberPattern =
  /(?<![\w.:#/-])(\d{1,3}(?:,\d{3})+|\d{1,15})(\.\d{1,9})?(?![\w:/-]|\.\d)(?:\s?(%|[a-zA-Zµ]{1,8})(?![\w]))?/g;
/** With a unit written right behind, as in `850ms` or `12%`. */
const tightPattern =
  /(?<![\w.:#/-])(\d{1,15})(\.\d{1,9})?(ns|µs|us|ms|s|min|h|d|%|B|KiB|MiB|GiB|KB|MB|GB)(?![\w])/g;

export function findQuantities(text: string): readonly Quantity[] {
  const found: Quantity[] = [];
  const seen = new Set<number>();
  for (const pattern of [tightPattern, numberPattern]) {
    for (const match of text.matchAll(pattern)) {
      if (seen.has(match.index)) continue;
      seen.add(match.index);
      found.push(toQuantity(match[0], match[1] ?? '', match[2] ?? '', match[3] ?? ''));
    }
  }
  return found;
}

function toQuantity(text: string, whole: string, fraction: string, unit: string): Quantity {
  const [dimension, factor] =
    (Object.hasOwn(units, unit) ? units[unit] : undefined) ?? (['plain', 1] as const);
  const value = Number(`${whole.replaceAll(',', '')}${fraction}`);
  const tolerance = 0.5 * 10 ** -Math.max(0, fraction.length - 1);
  return { dimension, value: value * factor, tolerance: tolerance * factor, text: text.trim() };
}

/** Versions as people write them: `v2.4.1`, `1.4.2`, `2.4.1-rc.2`. */
export function findVersions(text: string): readonly string[] {
  return [
    ...text.matchAll(
      /(?<![\w.])v?\d{1,6}(?:\.\d{1,6}){2,3}(?:-[\w.]{1,40})?(?!\w)|(?<![\w.])v\d{1,6}(?:\.\d{1,6})?(?![\w.])/g,
    ),
  ].map(([version]) => version.replace(/\.$/, ''));
}
