import type { Gap } from '@midwatch/core';

/** Of one source and kind; what is left out is counted. */
const MAX_GAPS = 4;
const MAX_DETAIL_LENGTH = 160;

interface Missing {
  readonly count: number;
  readonly exact: boolean;
}

interface ToldGap extends Missing {
  readonly reason: string;
  readonly detail: string;
}

/**
 * The gaps of one source's answers, each reason and detail once. Several queries may miss the same thing, as one for a service
 * and one for everything do: of what they count, the greatest holds for all of them.
 */
export function toGapTexts(answers: readonly (readonly Gap[])[]): readonly string[] {
  const told = new Map<string, ToldGap>();
  for (const gaps of answers) {
    for (const [key, gap] of toldBy(gaps)) {
      const known = told.get(key);
      if (known === undefined) told.set(key, gap);
      else told.set(key, { ...known, count: Math.max(known.count, gap.count), exact: false });
    }
  }
  const texts = [...told.values()].slice(0, MAX_GAPS).map(toText);
  return told.size > MAX_GAPS ? [...texts, `${told.size - MAX_GAPS} more`] : texts;
}

/** Parts of one answer miss different things: they add up. */
function toldBy(gaps: readonly Gap[]): ReadonlyMap<string, ToldGap> {
  const told = new Map<string, ToldGap>();
  for (const { detail: given, missing, reason } of gaps) {
    const detail = shorten(given ?? '');
    const key = `${reason}\u0000${detail}`;
    const known = told.get(key);
    told.set(key, {
      reason,
      detail,
      count: (known?.count ?? 0) + (missing?.count ?? 0),
      exact: (known?.exact ?? true) && (missing?.exact ?? false),
    });
  }
  return told;
}

function toText({ count, detail, exact, reason }: ToldGap): string {
  const what = detail === '' ? reason : `${reason}: ${detail}`;
  if (count === 0) return what;
  return `${what} (${exact ? '' : 'at least '}${count} missing)`;
}

function shorten(detail: string): string {
  const line = detail.replaceAll(/\s+/g, ' ').trim();
  return line.length > MAX_DETAIL_LENGTH ? `${line.slice(0, MAX_DETAIL_LENGTH - 1).trimEnd()}…` : line;
}
