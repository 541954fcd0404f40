import type { Report } from './finder.js';

/** What a user adds: a text to be found as it is, or a regular expression. */
export type Pattern = string | RegExp;

export type Search = (text: string, report: Report) => void;

export function createPatternSearch(category: string, pattern: Pattern): Search {
  if (typeof pattern !== 'string') {
    // A copy: `lastIndex` of the caller's own would be changed.
    const flags = new Set(pattern.flags).add('g');
    flags.delete('y');
    const copy = new RegExp(pattern.source, [...flags].join(''));
    return (text, report) => {
      for (const { index, 0: found } of text.matchAll(copy)) {
        if (found !== '') report(category, index, index + found.length);
      }
    };
  }
  if (pattern === '') throw new TypeError(`\`additionalPatterns\`: "${category}" is empty`);
  return (text, report) => {
    for (let at = text.indexOf(pattern); at >= 0; at = text.indexOf(pattern, at + pattern.length)) {
      report(category, at, at + pattern.length);
    }
  };
}
