import type { TimeWindow } from '@midwatch/core';
import type { MappedField } from './field-map.js';

/** One object of the query language. */
export type Clause = Readonly<Record<string, unknown>>;

export function anyOf(clauses: readonly Clause[]): Clause {
  const [only] = clauses;
  if (clauses.length === 1 && only !== undefined) return only;
  return { bool: { should: clauses, minimum_should_match: 1 } };
}

export function allOf(filter: readonly Clause[]): Clause {
  return { bool: { filter } };
}

/** Half-open, in a format of our own, since the mapping may know another. */
export function withinWindow(timestamp: string, { startMs, endMs }: TimeWindow): Clause {
  const [gte, lt] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  return { range: { [timestamp]: { gte, lt, format: 'strict_date_optional_time' } } };
}

/** Whole values in any of the fields; of one that is mere text, all words in sequence, which is to be checked after. */
export function hasValue(fields: readonly MappedField[], values: readonly string[]): Clause {
  return anyOf(
    fields.flatMap(({ exact, isNumber, isText, name }): readonly Clause[] => {
      if (exact.length > 0) return exact.map((one) => ({ terms: { [one]: values } }));
      if (isText) return values.map((value) => ({ match_phrase: { [name]: value } }));
      const numbers = isNumber ? values.filter((value) => /^-?\d{1,15}$/.test(value)) : [];
      return numbers.length > 0 ? [{ terms: { [name]: numbers } }] : [{ match_none: {} }];
    }),
  );
}

/** A text inside a field. Text is searched by whole words in any case; a keyword by a pattern, whose signs are escaped. */
export function holdsText(fields: readonly MappedField[], text: string): Clause {
  return anyOf(
    fields.flatMap(({ exact, isText, name }): readonly Clause[] => [
      ...(isText ? [{ match_phrase: { [name]: { query: text, zero_terms_query: 'all' } } }] : []),
      ...(isText ? [] : exact.map((one) => ({ wildcard: { [one]: { value: `*${escapePattern(text)}*` } } }))),
    ]),
  );
}

function escapePattern(text: string): string {
  return text.replaceAll(/[\\*?]/g, (sign) => `\\${sign}`);
}
