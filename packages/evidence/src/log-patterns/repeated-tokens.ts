import { isQuote } from './text-spans.js';
import { MARK, VALUE } from './token-list.js';

const MAX_PERIOD = 16;
const COMMA = 44;
const SEMICOLON = 59;
const PIPE = 124;

/**
 * Positions that remain when runs of a repeated token sequence are cut to one: `node V <ok> node V <ok>` and
 * `a(V), a(V), a(V)`. A printed list has one template, however long it is. Undefined when all remain.
 */
export function withoutRepeats(kinds: Uint8Array, hashes: Int32Array, count: number): number[] | undefined {
  let values = 0;
  for (let position = 0; position < count; position++) if (kinds[position] === VALUE) values++;
  // What repeats holds a value, so that two of them are the least.
  if (values < 2) return undefined;
  let kept = Array.from({ length: count }, (_, position) => position);
  for (let period = 1; period <= Math.min(MAX_PERIOD, kept.length >> 1); period++) {
    kept = withoutPeriod(kept, kinds, hashes, period);
  }
  return kept.length === count ? undefined : kept;
}

function withoutPeriod(positions: number[], kinds: Uint8Array, hashes: Int32Array, period: number): number[] {
  const same = (left: number, right: number) => {
    const a = positions[left] ?? 0;
    const b = positions[right] ?? 0;
    return kinds[a] === kinds[b] && hashes[a] === hashes[b];
  };
  let hasMatch = false;
  for (let index = 0; index + period < positions.length && !hasMatch; index++)
    hasMatch = same(index, index + period);
  if (!hasMatch) return positions;
  const kept: number[] = [];
  let index = 0;
  while (index < positions.length) {
    let length = 0;
    while (index + length + period < positions.length && same(index + length, index + length + period))
      length++;
    const isSeparated =
      period > 1 && length >= period - 1 && isSeparator(positions[index + period - 1], kinds, hashes);
    if ((isSeparated || length >= period) && holdsValue(positions, index, period, kinds, hashes)) {
      // All whole repeats go, the last one stays; a separated list ends without its separator.
      const repeats = Math.floor(length / period) + (isSeparated && length % period === period - 1 ? 1 : 0);
      index += repeats * period;
      for (let step = 0; step < (isSeparated ? period - 1 : period) && index < positions.length; step++)
        kept.push(positions[index++] ?? 0);
    } else {
      kept.push(positions[index++] ?? 0);
    }
  }
  return kept;
}

/** `very very` is text, and quotes come in pairs: only what holds a printed value is a list. */
function holdsValue(
  positions: readonly number[],
  from: number,
  period: number,
  kinds: Uint8Array,
  hashes: Int32Array,
): boolean {
  let values = 0;
  let quotes = 0;
  for (let index = from; index < from + period; index++) {
    const position = positions[index] ?? 0;
    if (kinds[position] === VALUE) values++;
    else if (kinds[position] === MARK && isQuote(hashes[position] ?? 0)) quotes++;
  }
  return values > 0 && quotes % 2 === 0;
}

function isSeparator(position: number | undefined, kinds: Uint8Array, hashes: Int32Array): boolean {
  if (position === undefined || kinds[position] !== MARK) return false;
  const mark = hashes[position];
  return mark === COMMA || mark === SEMICOLON || mark === PIPE;
}
