import { expect, it } from 'vitest';
import { layerCalls } from './layer-calls.js';

const edge = (caller: string, callee: string, calls = 1) => ({ caller, callee, calls });

it('puts callers above callees, by the longest way', () => {
  const edges = [
    edge('web', 'cart'),
    edge('web', 'db'),
    edge('cart', 'pay'),
    edge('pay', 'db'),
    edge('jobs', 'db'),
  ];
  expect(layerCalls(edges, new Set()).layers).toEqual([['jobs', 'web'], ['cart'], ['pay'], ['db']]);
});

it('ends where services call each other in a circle, and themselves', () => {
  const { edges, layers } = layerCalls(
    [edge('a', 'b'), edge('b', 'c'), edge('c', 'a'), edge('b', 'b')],
    new Set(),
  );
  expect(layers).toEqual([['a'], ['b'], ['c']]);
  expect(edges).toHaveLength(3);
});

it('keeps suspects and their neighbours when there are too many', () => {
  const many = Array.from({ length: 100 }, (_, index) => edge('web', `callee-${index}`, 100 - index));
  const { services } = layerCalls([...many, edge('quiet', 'suspect')], new Set(['suspect']));
  const names = services.map(({ name }) => name);
  expect(names).toHaveLength(24);
  expect(names).toEqual(expect.arrayContaining(['suspect', 'quiet', 'web', 'callee-0']));
  expect(names).not.toContain('callee-99');
});

it('takes names that objects have, too', () => {
  expect(layerCalls([edge('__proto__', 'constructor')], new Set()).layers).toEqual([
    ['__proto__'],
    ['constructor'],
  ]);
});
