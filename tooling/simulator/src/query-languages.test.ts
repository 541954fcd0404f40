import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LogqlError } from './loki/logql-ast.js';
import { parseLogql } from './loki/logql-parser.js';
import { PromqlError } from './prometheus/promql-error.js';
import { parsePromql } from './prometheus/promql-parser.js';

/** Texts that are close to queries: their words in any order. */
function nearly(words: readonly string[]): fc.Arbitrary<string> {
  return fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((parts) => parts.join(' '));
}

const promqlWords = [
  'sum',
  'by',
  'rate',
  'up',
  '(',
  ')',
  '{',
  '}',
  '[5m]',
  'le',
  '=',
  '=~',
  '"a"',
  ',',
  '/',
  'on',
  'and',
  '1',
  '5m',
  'offset',
  '-',
  'bool',
  '>',
  '@',
  '[',
  ':',
  'topk',
];
const logqlWords = [
  '{',
  '}',
  'app',
  '=',
  '=~',
  '"a"',
  '|=',
  '!=',
  '|',
  'json',
  'logfmt',
  'and',
  '(',
  ')',
  'sum',
  'count_over_time',
  '[1m]',
  'by',
  ',',
  '5',
  '10ms',
  '>',
  'drop',
  '`',
  'rate',
];

describe('a query is understood or refused in words, never a crash', () => {
  test('PromQL', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly(promqlWords)), (query) => {
        try {
          parsePromql(query);
        } catch (error) {
          expect(error).toBeInstanceOf(PromqlError);
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('LogQL', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), nearly(logqlWords)), (query) => {
        try {
          parseLogql(query);
        } catch (error) {
          expect(error).toBeInstanceOf(LogqlError);
        }
      }),
      { seed: 1, numRuns: 3000 },
    );
  });

  test('any label value survives its quotes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const log = parseLogql(`{app="a", pod=${JSON.stringify(value)}}`);
        const selector = parsePromql(`up{pod=${JSON.stringify(value)}}`);
        expect(log.kind === 'log' && log.pipeline.matchers[1]?.value).toBe(value);
        expect(selector.kind === 'selector' && selector.matchers[0]?.value).toBe(value);
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
