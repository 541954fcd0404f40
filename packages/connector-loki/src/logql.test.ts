import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toCountQl, toLogQl, toPattern } from './logql.js';

const one = (value: string) => toLogQl({ selector: [{ label: 'app', operator: '=', value }] });

describe('toLogQl', () => {
  test('puts line filters before label filters', () => {
    const text = toLogQl({
      selector: [
        { label: 'app', operator: '=', value: 'orders' },
        { label: 'job', operator: '=~', value: 'a|b' },
      ],
      contains: ['a "quoted" text'],
      linePatterns: ['x|y'],
      filters: [
        [
          { label: 'namespace', operator: '=', value: 'shop' },
          { label: 'k8s_namespace_name', operator: '=', value: 'shop' },
        ],
      ],
    });
    expect(text).toBe(
      '{app="orders", job=~"a|b"} |= "a \\"quoted\\" text" |~ "x|y" | namespace="shop" or k8s_namespace_name="shop"',
    );
  });

  test.each([
    ['a quote', '"} or {x="', '{app="\\"} or {x=\\""}'],
    ['a backslash before the closing quote', 'x\\', '{app="x\\\\"}'],
    ['a line break', 'a\nb', '{app="a\\nb"}'],
    ['a backtick', '`', '{app="`"}'],
    ['half a surrogate pair, which Go refuses', 'a\ud800b', '{app="a\ufffdb"}'],
  ])('%s stays inside its string', (_, value, text) => {
    expect(one(value)).toBe(text);
  });

  test('any value comes back from its string unchanged, and no string ends early', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const [, string = ''] = /^\{app=("(?:[^"\\\n]|\\.)*")\}$/.exec(one(value)) ?? [];
        expect(JSON.parse(string)).toBe(value.toWellFormed());
      }),
      { seed: 7 },
    );
  });

  test('refuses a label that is no label name', () => {
    const selector = [{ label: 'app="x"} or {y', operator: '=' as const, value: 'z' }];
    expect(() => toLogQl({ selector })).toThrow(TypeError);
  });
});

test('toPattern matches the given texts and nothing else', () => {
  const texts = ['a.b*c', '(x|y)', '[\\d]{2}', '^$'];
  const pattern = new RegExp(`^(?:${toPattern(texts)})$`);
  expect(texts.every((text) => pattern.test(text))).toBe(true);
  expect(['aXbc', 'x', 'y', '12', ''].some((text) => pattern.test(text))).toBe(false);
});

test('toCountQl counts over whole seconds where it can', () => {
  expect(toCountQl('{a="b"}', 90_000)).toBe('sum(count_over_time({a="b"} [90s]))');
  expect(toCountQl('{a="b"}', 1_500)).toBe('sum(count_over_time({a="b"} [1500ms]))');
});
