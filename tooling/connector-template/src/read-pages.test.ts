import { ConnectorError, type ConnectorErrorCode } from '@midwatch/core';
import { expect, it } from 'vitest';
import { readPages } from './read-pages.js';
import type { Page } from './template-api.js';

const failure = (code: ConnectorErrorCode) =>
  new ConnectorError({ code, connectorId: 'template', message: 'x' });

function read(wanted: number, pages: readonly (Page | ConnectorError)[]) {
  let asked = 0;
  return readPages(
    wanted,
    async () => {
      const page = pages[Math.min(asked++, pages.length - 1)];
      if (page === undefined || page instanceof ConnectorError) throw page;
      return page;
    },
    (value) => (typeof value === 'string' ? { id: value } : 'invalid'),
  );
}

const page = (items: readonly unknown[], next?: string): Page => ({ items, next });
const ids = ({ items }: { items: readonly { id: string }[] }) => items.map(({ id }) => id).join('');

it('reads until what was wanted has come', async () => {
  const result = await read(3, [page(['a', 'b'], '2'), page(['c', 'd'], '3'), page(['e'])]);
  expect(ids(result)).toBe('abcd');
  expect(result.stopped).toBeUndefined();
});

it('counts an item once that two pages bring, and one that is none not at all', async () => {
  const result = await read(9, [page(['a', 'b'], '2'), page(['b', 7, 'c'])]);
  expect(ids(result)).toBe('abc');
  expect(result.invalid).toBe(1);
});

it.each([
  ['unavailable', 'page-failure'],
  ['timeout', 'deadline'],
] as const)('keeps the first page when the second fails: %s', async (code, reason) => {
  const result = await read(9, [page(['a'], '2'), failure(code)]);
  expect([ids(result), result.stopped]).toEqual(['a', reason]);
});

it('rejects when the first page fails, and when the caller gave up', async () => {
  await expect(read(9, [failure('auth')])).rejects.toMatchObject({ code: 'auth' });
  await expect(read(9, [page(['a'], '2'), failure('aborted')])).rejects.toMatchObject({ code: 'aborted' });
});

it('ends at a cursor that comes again', async () => {
  const result = await read(9, [page(['a'], '2'), page(['b'], '2')]);
  expect([ids(result), result.stopped]).toEqual(['ab', 'page-failure']);
});

it('ends after twenty pages', async () => {
  const pages = Array.from({ length: 30 }, (_, index) => page([`${index},`], String(index)));
  const result = await read(99, pages);
  expect([result.items.length, result.stopped]).toEqual([20, 'row-limit']);
});
