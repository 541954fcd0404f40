import type { DeploySignal } from '@midwatch/core';
import { deploySignal } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { joinRanges } from './join-ranges.js';

const range = (base: string, head: string, more: Partial<DeploySignal> = {}): DeploySignal => ({
  ...deploySignal('orders', head, 5),
  id: `range-${base}-${head}`,
  repository: 'acme/orders',
  previousRevision: base,
  phase: 'unknown',
  changes: [{ path: 'orders.env: POOL_MAX', before: '100', after: '10' }],
  ...more,
});
const request = { changeRequest: '#847', changeRequestUrl: 'https://git.example/pull/847', actor: 'dana' };
const byVersion = { version: 'v2', previousVersion: 'v1' };

describe('what lies between two revisions', () => {
  it('becomes part of the deploy that went from one to the other, by its versions', () => {
    const image = { path: 'image', before: 'orders:v1', after: 'orders:v2' };
    const deploy = { ...deploySignal('orders', '12', 9), ...byVersion, actor: 'sam', changes: [image] };
    const found = range('v1', 'v2', request);
    const [joined, ...others] = joinRanges([found, deploy]);
    expect(others).toEqual([]);
    expect(joined?.signals).toEqual([deploy, found]);
    expect(joined?.deploy).toEqual({
      ...deploy,
      ...request,
      actor: 'sam',
      changes: [...found.changes, image],
    });
  });

  it('by the commit of its source', () => {
    const counted = { ...deploySignal('orders', '12', 9), sourceRevision: 'bbb', previousRevision: '11' };
    const commits = { ...deploySignal('orders', 'bbb', 9), sourceRevision: 'bbb', previousRevision: 'aaa' };
    for (const deploy of [counted, commits]) {
      expect(joinRanges([deploy, range('aaa', 'bbb')])).toHaveLength(1);
    }
    expect(joinRanges([commits, range('ccc', 'bbb')])).toHaveLength(2);
  });

  it('stands alone where no deploy is known that it belongs to', () => {
    const other = { ...deploySignal('stock', '12', 9), ...byVersion };
    const rolledBack = { ...deploySignal('orders', '13', 9), version: 'v2', previousVersion: 'v3' };
    const found = range('v1', 'v2');
    expect(joinRanges([other, rolledBack, found]).map(({ deploy }) => deploy)).toEqual([
      other,
      rolledBack,
      found,
    ]);
  });

  it('brings its request whole: a number of one repository never gets the page of another', () => {
    const own = { changeRequest: '#3', changeRequestUrl: 'https://git.example/config/pull/3' };
    const deploy = { ...deploySignal('orders', '12', 9), ...byVersion, ...own };
    const [bare] = joinRanges([deploy, range('v1', 'v2', { changeRequest: '#847' })]);
    expect(bare?.deploy.changeRequest).toBe('#847');
    expect(bare?.deploy).not.toHaveProperty('changeRequestUrl');
    const [none] = joinRanges([deploy, range('v1', 'v2')]);
    expect(none?.deploy).toMatchObject(own);
  });

  it('leaves deploys without one as they are', () => {
    const unknown = { ...deploySignal('orders', 'r1', 9), phase: 'unknown' } as const;
    expect(joinRanges([unknown])).toEqual([{ deploy: unknown, signals: [unknown] }]);
  });
});
