import type { Evidence } from '@midwatch/core/incident';
import { closeAll, getJson, post } from '@midwatch/server/running-server';
import { realComponent } from '@midwatch/vitest-preset/real';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  faultsOf,
  isTooWide,
  launch,
  openPage,
  photograph,
  type Scheme,
  toScreenshot,
} from './open-browser.js';
import { openShop, type Shop } from './open-shop.js';

realComponent('chromium', (binary) => {
  let browser: Browser;
  let shop: Shop;
  let id: string;

  beforeAll(async () => {
    [browser, shop] = await Promise.all([launch(binary), openShop()]);
    id = await shop.openIncident({ labels: { team: 'storefront' } });
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

  it('the page of an incident that is not there is readable by all, too', async () => {
    const { close, page } = await openPage(browser, { isPhone: true });
    await page.goto(`${shop.server.url}/i/inc-none`);
    await page.locator('main .notice').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await close();
  });

  it('an incident leads to one that was like it, with its cause then, and draws how log lines came over time', async () => {
    const body = JSON.stringify({ judgement: 'wrong', service: 'user-service', cause: '<i>Its pool</i>' });
    expect((await post(`${shop.server.url}/incidents/${id}/outcome`, body)).status).toBe(200);
    const again = await shop.openIncident({ name: 'HighLatency again', labels: { cluster: 'two' } });
    const { close, complaints, page } = await openPage(browser);
    await page.goto(`${shop.server.url}/i/${again}`);
    const card = page.locator('section', { has: page.getByRole('heading', { name: /^Seen before/ }) });
    await card.getByText('Cause then: user-service: <i>Its pool</i>').waitFor();
    expect(await card.textContent()).toMatch(/% alike by \w+.*Settled by.*the analysis was wrong/);
    await card.screenshot({ path: toScreenshot('seen-before') });
    expect(await faultsOf(page)).toEqual([]);
    await card.getByRole('link', { name: 'That incident' }).click();
    await page.getByText('Wrong: user-service. <i>Its pool</i>').waitFor();
    expect(new URL(page.url()).pathname).toBe(`/i/${id}`);
    await page.getByText('Owner: storefront').waitFor();
    const history = page.locator('section', { has: page.getByRole('heading', { name: 'History' }) });
    expect(await history.textContent()).not.toMatch(/fingerprint|Ms \d|true|false/);

    const look = await getJson<{ evidence: Evidence }>(`${shop.server.url}/incidents/${id}/look`);
    const changed = look.evidence.findings.filter(
      (finding) => finding.kind === 'log-pattern' && finding.change !== 'steady',
    );
    const axis = page.locator('section', { has: page.getByRole('heading', { name: 'On one time axis' }) });
    const bars = axis.locator('.rates .bars');
    await bars.first().waitFor();
    expect(await bars.count()).toBe(Math.min(5, changed.length));
    for (const each of await bars.all())
      expect(await each.getAttribute('d')).toMatch(/^(M[\d.]+ 100V[\d.]+H[\d.]+V100Z)+$/);
    await axis.screenshot({ path: toScreenshot('time-axis') });
    expect(complaints).toEqual([]);
    await close();
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
