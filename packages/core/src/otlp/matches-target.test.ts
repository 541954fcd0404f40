import { describe, expect, it } from 'vitest';
import { matchesTarget } from './matches-target.js';

const attributes = { 'k8s.namespace.name': 'shop', 'k8s.pod.name': 'checkout-1', team: 7 };

describe('matchesTarget', () => {
  it.each([
    ['everything', {}, true],
    ['its service', { service: 'checkout' }, true],
    ['another service', { service: 'cart' }, false],
    ['its namespace', { namespace: 'shop' }, true],
    ['another namespace', { namespace: 'bank' }, false],
    ['an environment that the record does not tell', { environment: 'prod' }, true],
    ['its pod', { pod: 'checkout-1' }, true],
    ['another pod', { pod: 'checkout-2' }, false],
    ['a label, compared as text', { labels: { team: '7' } }, true],
    ['a label that it lacks', { labels: { zone: 'a' } }, false],
    ['a label of the prototype', { labels: { constructor: 'x' } }, false],
  ])('%s', (_, target, expected) => {
    expect(matchesTarget(target, 'checkout', attributes)).toBe(expected);
  });

  it('a pod that nobody tells is not the one asked for', () => {
    expect(matchesTarget({ pod: 'checkout-1' }, 'checkout', {})).toBe(false);
  });

  it('one of two names of an attribute is enough', () => {
    const both = { 'k8s.namespace.name': 'shop', 'service.namespace': 'sales' };
    expect(matchesTarget({ namespace: 'sales' }, 'checkout', both)).toBe(true);
  });
});
