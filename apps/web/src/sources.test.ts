import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseRoute, pathOf } from './live/use-route.js';

const files = globSync('**/*.{ts,tsx}', { cwd: import.meta.dirname }).filter(
  (file) => !file.endsWith('.test.ts'),
);

it('has no way from text to markup, script or an address of its own', () => {
  expect(files.length).toBeGreaterThan(30);
  const forbidden =
    /innerHTML|outerHTML|dangerouslySetInnerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\(|new Function|\.cssText|setAttribute\(/;
  for (const file of files) {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    expect([file, forbidden.exec(text)?.[0]]).toEqual([file, undefined]);
    // Links that are not written out lead to our own pages, to a finding, or where safeUrl lets them.
    for (const [, expression] of text.matchAll(/(?:href|src)=\{((?:[^{}]|\{[^{}]*\})*)\}/g))
      expect([file, expression]).toEqual([
        file,
        expect.stringMatching(/^(url|pathOf\(incident(?:\.id|Id)\)|`#finding-\$\{id\}`)$/),
      ]);
  }
});

it('reads addresses', () => {
  expect(parseRoute('/')).toEqual({ page: 'incidents' });
  expect(parseRoute(pathOf('inc-1/ü'))).toEqual({ page: 'incident', id: 'inc-1/ü' });
  expect(parseRoute('/a')).toEqual({ page: 'accuracy' });
  for (const path of ['/x', '/i/', '/i/a/b', '/i/%E0']) expect(parseRoute(path)).toEqual({ page: 'nowhere' });
});
