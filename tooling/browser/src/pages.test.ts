import { closeAll } from '@midwatch/server/running-server';
import { realComponent } from '@midwatch/vitest-preset/real';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, isTooWide, launch, openPage, photograph, type Scheme } from './open-browser.js';
import { openShop, type Shop } from './open-shop.js';

realComponent('chromium', (binary) => {
  let browser: Browser;
  let shop: Shop;
  let id: string;

  beforeAll(async () => {
    [browser, shop] = await Promise.all([launch(binary), openShop()]);
    id = await shop.openIncident();
    await shop.openIncident({
      name: 'DiskFull',
      service: 'ledger',
      severity: 'warning',
      startsAt: '2026-11-01T02:00:00Z',
    });
    await shop.openIncident({
      name: 'DiskFull',
      service: 'ledger',
      severity: 'warning',
      status: 'resolved',
      startsAt: '2026-11-01T02:00:00Z',
      endsAt: '2026-11-01T02:10:00Z',
    });
  });
  afterAll(async () => {
    await browser.close();
    await closeAll();
  });

  describe.each([
    ['list', () => '/', '.incident'],
    ['incident', () => `/i/${id}`, '.finding'],
  ])('the page %s', (name, path, proof) => {
    it.each([
      ['light', false],
      ['dark', true],
    ] as [Scheme, boolean][])('is whole and readable by all: %s, phone %s', async (scheme, isPhone) => {
      const { close, complaints, page } = await openPage(browser, { scheme, isPhone });
      await page.goto(shop.server.url + path());
      await page.locator(proof).first().waitFor();
      await photograph(page, `${name}-${scheme}-${isPhone ? 'phone' : 'desk'}`);
      expect(await faultsOf(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(complaints).toEqual([]);
      await close();
    });
  });
});
