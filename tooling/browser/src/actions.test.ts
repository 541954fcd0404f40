import { serveActionRoom } from '@midwatch/server/action-room';
import { realComponent } from '@midwatch/vitest-preset/real';
import { pages } from '@midwatch/web/built';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf, isTooWide, launch, openPage, photograph } from './open-browser.js';

const dana = 'a-token-of-dana-for-tests';
const rob = 'a-token-of-rob-for-tests';

realComponent('chromium', (binary) => {
  let browser: Browser;
  let room: Awaited<ReturnType<typeof serveActionRoom>>;

  beforeAll(async () => {
    if (pages === undefined) throw new Error('the pages are not built');
    [browser, room] = await Promise.all([launch(binary), serveActionRoom(1, pages)]);
  });
  afterAll(async () => {
    await browser.close();
    await room.close();
  });

  const enter = async (token: string, options: Parameters<typeof openPage>[1] = {}) => {
    const opened = await openPage(browser, options);
    const headers = { 'x-midwatch-page': '1', 'sec-fetch-site': 'same-origin' };
    const { request } = opened.page.context();
    await request.post(`${room.url}/session`, { headers, data: { token } });
    await opened.page.goto(`${room.url}/i/${room.incidentId}`);
    await opened.page
      .locator('.remedy')
      .getByRole('heading', { name: /Restart checkout/ })
      .waitFor();
    return opened;
  };

  it('an action is shown to everybody, with its gates, and decided on by approvers only', async () => {
    const { close, complaints, page } = await enter(rob, { scheme: 'dark', isPhone: true });
    await page.getByText('3 of 4 gates passed').waitFor();
    await page.getByText('patch the template of deployment shop/checkout with that of v1').waitFor();
    await page.getByText(/To decide takes a token of the role approver/).waitFor();
    expect(await page.getByRole('button', { name: 'Approve' }).count()).toBe(0);
    expect(await faultsOf(page)).toEqual([]);
    expect(await isTooWide(page)).toBe(false);
    await photograph(page, 'action-offered-phone-dark');
    expect(complaints).toEqual([]);
    await close();
  });

  it('is approved after a question, and the page says what came of it', async () => {
    const { close, complaints, page } = await enter(dana);
    const approve = page.getByRole('button', { name: 'Approve' });
    await approve.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    expect(room.writes()).toEqual([]);
    await approve.click();
    expect(await faultsOf(page)).toEqual([]);
    await photograph(page, 'action-asked');
    await page.getByRole('button', { name: 'Yes, do it' }).click();
    await page.getByText('Done, and being watched').waitFor();
    expect(room.writes()).toHaveLength(1);
    await page.getByText('All that was decided and done').click();
    await page.locator('.remedy li').filter({ hasText: 'approved' }).filter({ hasText: 'dana' }).waitFor();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await photograph(page, 'action-watched');
    await page.goto(room.url);
    await page.getByText('done, being watched: Restart checkout').waitFor();
    expect(complaints).toEqual([]);
    await close();
  });
});
