import { closeAll } from '@midwatch/server/running-server';
import { realComponent } from '@midwatch/vitest-preset/real';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHostileSource } from './hostile-sources.js';
import { faultsOf, isTooWide, launch, openPage, photograph } from './open-browser.js';
import { openShop, type Shop } from './open-shop.js';

const ann = 'a-token-of-ann-0123456789';
const bob = 'a-token-of-bob-0123456789';
const tokens = `responder=ann:${ann},viewer:${bob}`;

realComponent('chromium', (binary) => {
  let browser: Browser;
  let shop: Shop;
  let id: string;

  beforeAll(async () => {
    [browser, shop] = await Promise.all([
      launch(binary),
      openShop({ MIDWATCH_TOKENS: tokens }, (window) => [createHostileSource(window)]),
    ]);
    id = await shop.openIncident({ name: '<b onmouseover=alert(1)>Slow</b>' });
  });
  afterAll(async () => {
    await browser.close();
    await closeAll();
  });

  const signIn = async (page: Page, token: string) => {
    await page.getByLabel('Access token').fill(token);
    await page.getByRole('button', { name: 'Sign in' }).click();
  };

  /** A page of somebody who has signed in before. */
  const enter = async (path: string, options: Parameters<typeof openPage>[1] = {}, token = ann) => {
    const opened = await openPage(browser, options);
    const headers = { 'x-midwatch-page': '1', 'sec-fetch-site': 'same-origin' };
    const { request } = opened.page.context();
    const answer = await request.post(`${shop.server.url}/session`, { headers, data: { token } });
    expect(answer.status()).toBe(200);
    await opened.page.goto(shop.server.url + path);
    return opened;
  };

  it('asks for a token, keeps the session where scripts cannot read it, and ends it', async () => {
    const { close, complaints, page } = await openPage(browser, { scheme: 'dark' });
    await page.goto(`${shop.server.url}/i/${id}`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await signIn(page, 'a-token-of-nobody-012345');
    await page.getByText('This is no token of this server that may read.').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await photograph(page, 'sign-in-dark');
    // The browser's own word for the answer 401, which this is about.
    expect(complaints.filter((each) => !each.includes('401'))).toEqual([]);
    await signIn(page, ann);
    await page.locator('.finding').first().waitFor();
    expect(await page.locator('.role').textContent()).toBe('responder');
    const [cookie] = await page.context().cookies();
    expect(cookie).toMatchObject({ name: 'midwatch', httpOnly: true, sameSite: 'Strict' });
    expect(await page.evaluate(() => document.cookie + JSON.stringify(localStorage))).not.toContain('token');
    await page.reload();
    await page.locator('.finding').first().waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.context().cookies()).toEqual([]);
    // The tool does find what is wrong, also where only the other scheme shows it.
    await page.evaluate(() => {
      document.querySelector('label')?.remove();
      document.querySelector('h1')?.style.setProperty('color', 'light-dark(#eee, #fff)');
    });
    expect((await faultsOf(page)).map((fault) => fault.slice(0, fault.indexOf(':')))).toEqual(
      expect.arrayContaining(['dark label', 'light color-contrast']),
    );
    await close();
  });

  it('works with the keyboard alone', async () => {
    const { close, page } = await enter('/');
    await page.locator('.incident').first().waitFor();
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Skip to the content');
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.locator('.finding').first().waitFor();
    const cite = page.locator('.claim .cite').first();
    const cited = await cite.textContent();
    await cite.focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe(`finding-${cited}`);
    await page.keyboard.press('Escape');
    await page.keyboard.press('u');
    await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    await page.keyboard.press('/');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('service');
    await close();
  });

  it('takes an incident, silences it, and says what it truly was, by name', async () => {
    const { close, complaints, page } = await enter(`/i/${id}`);
    await page.getByRole('button', { name: 'I am on it' }).click();
    await page.getByText('ann is on it').waitFor();
    await page.getByLabel('For how long').selectOption('1 h');
    await page.getByRole('button', { name: 'Silence for' }).click();
    await page.getByText('Silent until').waitFor();
    await page.getByRole('button', { name: 'End the silence' }).click();
    await page.getByRole('button', { name: 'Silence for' }).waitFor();
    await page.getByRole('radio', { name: 'Partly' }).check({ force: true });
    await page.getByLabel('Whose fault it truly was').fill('user-service');
    await page.getByLabel('What it truly was').fill('<b>Its pool</b>');
    await page.getByRole('button', { name: 'Keep it' }).click();
    await page.getByText('Partly: user-service. <b>Its pool</b>').waitFor();
    await page.getByRole('button', { name: '4 of 5' }).click();
    await page.getByText('Thank you.').waitFor();
    await page.getByRole('button', { name: 'Release' }).click();
    await page.getByText('Nobody is on it').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    expect(complaints).toEqual([]);
    await close();
  });

  it('lets viewers look, and not act', async () => {
    const { close, page } = await enter(`/i/${id}`, {}, bob);
    await page.locator('.finding').first().waitFor();
    for (const name of ['I am on it', 'Silence for', 'Look again', '4 of 5'])
      expect(await page.getByRole('button', { name }).count()).toBe(0);
    const answer = await page.evaluate(async (path) => {
      const headers = { 'x-midwatch-page': '1' };
      return (await fetch(path, { method: 'POST', headers })).status;
    }, `/incidents/${id}/owner`);
    expect(answer).toBe(403);
    await close();
  });

  it('lights the evidence of a claim, and the claims of evidence', async () => {
    const { close, page } = await enter(`/i/${id}`);
    const claim = page.locator('.claim:has(.cite)').first();
    await claim.waitFor();
    const chip = claim.locator('.cites .cite').first();
    const cited = (await chip.textContent()) ?? '';
    await chip.hover();
    await page.locator(`#finding-${cited}.lit`).waitFor({ state: 'attached' });
    await page.locator('h1').hover();
    await page.locator('.lit').first().waitFor({ state: 'detached' });
    await page.locator(`#finding-${cited}`).hover();
    expect(await page.locator('.claim.lit').count()).toBeGreaterThan(0);
    expect(await claim.evaluate((element) => element.classList.contains('lit'))).toBe(true);
    await chip.click();
    await page.locator(`#finding-${cited}.chosen`).waitFor();
    await photograph(page, 'cited', false);
    await close();
  });

  it('lets nothing that telemetry says become more than text', async () => {
    const { close, complaints, page } = await enter('/', { isPhone: true });
    await page.locator('.incident').first().click();
    await page.locator('.finding').first().waitFor();
    const more = page.locator('button.more').first();
    while ((await more.count()) > 0) await more.click();
    await photograph(page, 'hostile');
    const text = await page.locator('main').textContent();
    expect(text).toContain('<img src=x onerror=');
    expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
    const found = await page.evaluate(() => ({
      title: document.title,
      foreign: document.querySelectorAll(
        'main img, main script, main iframe, main b[onmouseover], main svg[onload]',
      ).length,
      links: [...document.querySelectorAll('a')].map(({ href }) => href),
    }));
    expect(found.foreign).toBe(0);
    expect(found.title).not.toBe('owned');
    for (const href of found.links)
      expect(href).toMatch(new RegExp(`^(${shop.server.url}/|https://logs\\.example/)`));
    expect(await isTooWide(page)).toBe(false);
    expect(complaints).toEqual([]);
    await close();
  });

  it('shows by itself what is new, filters, and keeps the colours that were chosen', async () => {
    const { close, page } = await enter('/');
    await page.locator('.incident').first().waitFor();
    await shop.openIncident({ name: 'QueueFull', service: 'ledger' });
    await page.getByText('QueueFull: ledger').waitFor();
    await page.getByLabel('Service').selectOption('ledger');
    expect(await page.locator('.incident').count()).toBe(1);
    await page.getByRole('radio', { name: 'Resolved' }).check({ force: true });
    await page.getByText('None of the 2 incidents matches.').waitFor();
    const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const before = await ground();
    for (let press = 0; press < 2; press++) await page.getByRole('button', { name: /^Colours/ }).click();
    expect(await ground()).not.toBe(before);
    const chosen = await ground();
    await page.reload();
    await page.locator('.incident').first().waitFor();
    expect(await ground()).toBe(chosen);
    await close();
  });
});
