import { type LogLevel, logLevels } from '@midwatch/core';

const error = logLevels.indexOf('error');

export function isErrorLevel(level: LogLevel | undefined): boolean {
  return level !== undefined && logLevels.indexOf(level) >= error;
}

/** What is known of one pattern of log lines. */
export interface ErrorTextSource {
  readonly template: string;
  readonly level?: LogLevel;
}

/**
 * Whether the text of an error is new to the whole fleet. An error that any service writes in the healthy baseline is
 * noise wherever else it grows, whichever service it names.
 */
export function findNewErrorTexts(
  patterns: readonly ErrorTextSource[],
  inBaseline: ReadonlySet<number>,
  services: Iterable<string>,
): readonly boolean[] {
  const names = new Set<string>();
  for (const service of services) names.add(service.toLowerCase());
  const known = new Set<string>();
  const shapes = patterns.map((pattern, index) => {
    if (!isErrorLevel(pattern.level)) return '';
    const shape = shapeOf(pattern.template, names);
    if (inBaseline.has(index)) known.add(shape);
    return shape;
  });
  return patterns.map((pattern, index) => isErrorLevel(pattern.level) && !known.has(shapes[index] ?? ''));
}

const longest = 1000;

/** The words of a text without numbers, ids and names of services, in order and once each. */
function shapeOf(text: string, services: ReadonlySet<string>): string {
  const words: string[] = [];
  const seen = new Set<string>();
  for (const token of text
    .slice(0, longest)
    .toLowerCase()
    .split(/[^\p{L}\d_.$-]+/u)) {
    const word = token.replace(/^[.$_-]+|[.$_-]+$/g, '');
    if (word === '' || /\d/.test(word) || services.has(word) || seen.has(word)) continue;
    seen.add(word);
    words.push(word);
  }
  return words.join(' ');
}
