import { type LineFilter, shortId, xrayId } from './line-filter.js';
import { levelWords } from './log-level.js';

/** Longer patterns are refused. */
const MAX_PATTERN = 1024;

/**
 * What FilterLogEvents can choose by: one kind of condition, the narrowest, since terms with `?` are ignored beside others.
 * Every line is checked by the whole filter afterwards. `undefined`: all lines.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function toFilterPattern(filter: LineFilter): string | undefined {
  const { contains, minLevel, traceIds } = filter;
  if (traceIds.length > 0) return anyOf(traceIds.flatMap((id) => [...new Set([shortId(id), xrayId(id)])]));
  const texts = contains
    .flatMap((text) => text.toWellFormed().split(/["\\\p{Cc}]+/u))
    .filter((part) => part.trim() !== '');
  if (texts.length > 0) {
    const pattern = texts.map((text) => `"${text}"`).join(' ');
    return pattern.length > MAX_PATTERN ? undefined : pattern;
  }
  if (minLevel === undefined || minLevel === 'trace' || minLevel === 'debug' || minLevel === 'info')
    return undefined;
  // Terms tell capitals apart.
  return anyOf(
    levelWords(minLevel).flatMap((word) => [
      word,
      word.toUpperCase(),
      `${word[0]?.toUpperCase()}${word.slice(1)}`,
    ]),
  );
}

function anyOf(texts: readonly string[]): string | undefined {
  const pattern = texts.map((text) => `?"${text}"`).join(' ');
  return pattern.length > MAX_PATTERN ? undefined : pattern;
}
