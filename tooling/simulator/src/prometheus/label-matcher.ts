import type { Matcher, MatchOperator } from './promql-ast.js';

/**
 * A matcher as Prometheus and Loki have it: regular expressions are anchored at both ends. Throws a SyntaxError when
 * the expression is none.
 */
export function createMatcher(label: string, operator: MatchOperator, value: string): Matcher {
  if (operator === '=') return { label, operator, value, matches: (other) => other === value };
  if (operator === '!=') return { label, operator, value, matches: (other) => other !== value };
  const pattern = toPattern(value, true);
  const wanted = operator === '=~';
  return { label, operator, value, matches: (other) => pattern.test(other) === wanted };
}

/** Go's syntax to JavaScript's, as far as monitoring queries use it: leading flags such as `(?i)` and `(?s)`. */
export function toPattern(source: string, anchored: boolean): RegExp {
  const flagged = /^\(\?([ims]+)\)/.exec(source);
  const body = flagged === null ? source : source.slice(flagged[0].length);
  const flags = flagged?.[1] ?? '';
  return new RegExp(
    anchored ? `^(?:${body})$` : body,
    [...new Set(`${flags}${anchored ? 's' : ''}`)].join(''),
  );
}
