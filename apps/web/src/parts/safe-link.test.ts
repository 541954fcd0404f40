import { describe, expect, it } from 'vitest';
import { hostsOf, safeUrl } from './safe-link.js';

const hosts = hostsOf([
  'https://grafana.example/explore?x=1',
  'http://jaeger.example:16686/',
  'javascript:alert(1)',
  undefined,
]);

describe('a link', () => {
  it('leads to hosts of the queries', () => {
    expect([...hosts]).toEqual(['grafana.example', 'jaeger.example:16686']);
    expect(safeUrl('https://grafana.example/d/1?a=<b>', hosts)).toBe('https://grafana.example/d/1?a=%3Cb%3E');
  });

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'https://evil.example/',
    'https://grafana.example.evil.example/',
    'https://grafana.example@evil.example/',
    'https://somebody:secret@grafana.example/',
    'http://jaeger.example/',
    '//grafana.example/',
    'grafana.example',
    '',
  ])('does not lead to %s', (url) => {
    expect(safeUrl(url, hosts)).toBeUndefined();
  });
});
