import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

export interface TestPage {
  readonly page: Page;
  /** What the browser complained of. */
  readonly complaints: readonly string[];
  close(): Promise<void>;
}

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1280, height: 900 };

export type Scheme = 'light' | 'dark';

/** Debian's Chromium, as root, without a screen. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
  });
}

/** A page of its own, without cookies; motion is reduced, so that pictures are of what stands. */
export async function openPage(
  browser: Browser,
  { scheme = 'light', isPhone = false }: { readonly scheme?: Scheme; readonly isPhone?: boolean } = {},
): Promise<TestPage> {
  const options: BrowserContextOptions = {
    viewport: isPhone ? PHONE : DESK,
    hasTouch: isPhone,
    colorScheme: scheme,
    reducedMotion: 'reduce',
    permissions: ['clipboard-read', 'clipboard-write'],
  };
  const context = await browser.newContext(options);
  await context.addInitScript({ content: axe.source });
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, complaints, close: () => context.close() };
}

/** What may be wrong in one of two schemes only. */
const ofColours = ['color-contrast', 'link-in-text-block'];

/** What axe finds wrong with a page that matters, in light and in dark: `scheme rule: element`. The page keeps its scheme. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  const isDark = await page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches);
  const [own, other]: readonly [Scheme, Scheme] = isDark ? ['dark', 'light'] : ['light', 'dark'];
  const found = await audit(page, own);
  await page.emulateMedia({ colorScheme: other });
  const inOther = await audit(page, other, ofColours);
  await page.emulateMedia({ colorScheme: own });
  return [...found, ...inOther];
}

async function audit(page: Page, scheme: Scheme, rules?: string[]): Promise<readonly string[]> {
  const { violations } = await page.evaluate(async (only) => {
    const { axe: tool } = globalThis as unknown as { axe: typeof axe };
    const runOnly = only === undefined ? {} : { runOnly: { type: 'rule', values: only } as const };
    return tool.run(document, { resultTypes: ['violations'], ...runOnly });
  }, rules);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) =>
      nodes.map(({ failureSummary, html }) => `${scheme} ${id}: ${html} ${failureSummary ?? ''}`),
    );
}

const folder = join(import.meta.dirname, '../screenshots');

export function toScreenshot(name: string): string {
  mkdirSync(folder, { recursive: true });
  return join(folder, `${name}.png`);
}

export async function photograph(page: Page, name: string, isWhole = true): Promise<void> {
  await page.screenshot({ path: toScreenshot(name), fullPage: isWhole });
}

/** Whether the page is wider than the screen. */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
}
