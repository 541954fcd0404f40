import { startQuarter } from '@midwatch/server/quarter-server';
import { closeAll, type TestServer } from '@midwatch/server/running-server';
import { countCalibrations, countQuarter, type QuarterIncident } from '@midwatch/simulator/quarter';
import { realComponent } from '@midwatch/vitest-preset/real';
import { pages } from '@midwatch/web/built';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultsOf, isTooWide, launch, openPage, photograph, type Scheme } from './open-browser.js';

realComponent('chromium', (binary) => {
  let browser: Browser;
  let server: TestServer;
  let incidents: readonly QuarterIncident[];

  beforeAll(async () => {
    if (pages === undefined) throw new Error('the pages are not built');
    const [opened, quarter] = await Promise.all([launch(binary), startQuarter({}, { pages })]);
    browser = opened;
    ({ incidents, server } = quarter);
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await closeAll();
  });

  const open = async (page: Page) => {
    await page.goto(`${server.url}/a`);
    await page.locator('.accuracy figure svg').nth(1).waitFor();
  };

  describe('the page of accuracy', () => {
    it.each([
      ['light', false],
      ['dark', true],
    ] as [Scheme, boolean][])('is whole and readable by all: %s, phone %s', async (scheme, isPhone) => {
      const { close, complaints, page } = await openPage(browser, { scheme, isPhone });
      await open(page);
      await photograph(page, `accuracy-${scheme}-${isPhone ? 'phone' : 'desk'}`);
      expect(await faultsOf(page)).toEqual([]);
      expect(await isTooWide(page)).toBe(false);
      expect(complaints).toEqual([]);
      await close();
    });

    it('shows the figures that loops over the incidents give, and draws them where they belong', async () => {
      const { close, page } = await openPage(browser);
      await open(page);
      const nowMs = Date.now();
      const figures = countQuarter(incidents, nowMs - 90 * 86_400_000, nowMs);
      const percent = (share: number | null) => `${((share ?? 0) * 100).toFixed(1)}\u00a0%`;
      const cell = (name: string) =>
        page.getByRole('row', { name, exact: false }).first().locator('td').textContent();
      const { count, lower, of, share, upper } = figures.levels.HIGH.precision;
      expect(await cell('precision at HIGH')).toBe(
        `${percent(share)} (${count} of ${of}), between ${percent(lower)} and ${percent(upper)}`,
      );
      expect(await cell('coverage at HIGH')).toContain(percent(figures.coverageAtHigh.share));
      expect(await cell('Brier score')).toBe(figures.calibration.brier?.toFixed(3));
      expect(await cell('top-3')).toContain(`(${figures.top3.count} of ${figures.top3.of})`);
      expect(await cell('time to brief')).toContain(
        `p95 ${((figures.timeToBrief.p95Ms ?? 0) / 1000).toFixed(1)} s`,
      );
      expect(await cell('cost per incident')).toBe(`$${figures.cost.perIncidentUsd?.toFixed(4)}`);
      expect(await page.locator('main').textContent()).toContain(`${figures.incidents} incidents`);

      // An overconfident model lies below the diagonal.
      const dot = page
        .locator('.accuracy figure', { hasText: 'Stated and observed' })
        .locator('circle')
        .first();
      expect(Number(await dot.getAttribute('cy'))).toBeCloseTo(206 - (share ?? 0) * 172, 6);
      expect(Number(await dot.getAttribute('cx'))).toBeCloseTo(34 + 0.9 * 172, 6);

      const rows = await page
        .getByRole('region', { name: 'What HIGH earned' })
        .first()
        .locator('tbody tr')
        .allInnerTexts();
      expect(rows.map((row) => row.split(/\s*\t\s*/))).toEqual(
        countCalibrations(incidents, nowMs).map(({ analyzer, ceiling, right, settled, shrunk }) => [
          ...[analyzer.model ?? analyzer.name, analyzer.promptVersion ?? '-', `${right} of ${settled}`],
          ...[percent(shrunk), ceiling.confidence],
        ]),
      );

      await page.getByLabel('Told apart by').selectOption('model');
      const parts = page.getByRole('region', { name: 'Figures of the parts' });
      await parts.getByRole('rowheader', { name: 'small-1' }).waitFor();
      await close();
    });
  });
});
