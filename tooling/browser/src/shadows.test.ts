import { startQuarter } from '@midwatch/server/quarter-server';
import { closeAll, type TestServer } from '@midwatch/server/running-server';
import { countShadowMonth, type QuarterIncident, simulateShadowMonth } from '@midwatch/simulator/quarter';
import { realComponent } from '@midwatch/vitest-preset/real';
import { pages } from '@midwatch/web/built';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { faultsOf, isTooWide, launch, openPage, photograph } from './open-browser.js';

realComponent('chromium', (binary) => {
  let browser: Browser;
  let server: TestServer;
  let incidents: readonly QuarterIncident[];

  beforeAll(async () => {
    if (pages === undefined) throw new Error('the pages are not built');
    [browser, { incidents, server }] = await Promise.all([
      launch(binary),
      startQuarter({}, { pages }, simulateShadowMonth),
    ]);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await closeAll();
  });

  it.each([false, true])(
    'the page of accuracy compares a shadow with what was shown: phone %s',
    async (isPhone) => {
      const { close, complaints, page } = await openPage(browser, {
        scheme: isPhone ? 'dark' : 'light',
        isPhone,
      });
      await page.goto(`${server.url}/a`);
      const section = page.getByRole('region', { name: 'In the shadow' });
      await section.waitFor();
      const {
        incidents: both,
        outcomes,
        shadowFigures,
        shownFigures,
      } = countShadowMonth(incidents, 0, Date.now());
      const text = (await section.textContent()) ?? '';
      expect(text).toContain('small-1 (prompt p4) beside small-1 (prompt p3)');
      expect(text).toContain('The shadow is better');
      expect(text).toContain(`In ${both} incidents both answered`);
      expect(text).toContain(
        `only the shadow in ${outcomes.onlyShadowRight}, neither in ${outcomes.bothWrong}`,
      );
      const cells = await section.getByRole('row', { name: 'right' }).first().locator('td').allTextContents();
      expect(cells).toEqual(
        [shownFigures, shadowFigures].map(({ right }) =>
          expect.stringContaining(`(${right.count} of ${right.of})`),
        ),
      );
      await photograph(page, `shadows-${isPhone ? 'phone' : 'desk'}`);
      expect(await faultsOf(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(complaints).toEqual([]);
      await close();
    },
  );
});
