import type { Panel } from '@grafana/schema';
import { expect, it } from 'vitest';
import { dashboard } from './__fixtures__/dashboard.js';

const file = '../grafana/midwatch-accuracy.json';

// The types of @grafana/schema check it where it is written; the file is what they checked.
it('the dashboard is the one that the types of Grafana were checked against', async () => {
  // As the formatter writes lists of one text.
  const text = JSON.stringify(dashboard, null, 2).replaceAll(/\[\n\s+("[^"\n]*")\n\s+\]/g, '[$1]');
  await expect(`${text}\n`).toMatchFileSnapshot(file);
});

it('every panel has its own place, a title, a description, and queries of the chosen window', () => {
  const taken = new Set<string>();
  const ids = new Set<number>();
  for (const panel of dashboard.panels ?? []) {
    const { gridPos, id, title } = panel;
    expect(title).not.toBe('');
    ids.add(id ?? 0);
    const { h, w, x, y } = gridPos!;
    expect(x + w).toBeLessThanOrEqual(24);
    for (let row = y; row < y + h; row += 1)
      for (let column = x; column < x + w; column += 1) {
        expect(taken.has(`${row} ${column}`)).toBe(false);
        taken.add(`${row} ${column}`);
      }
    if (panel.type === 'row') continue;
    expect(panel).toMatchObject({ description: expect.stringMatching(/\.$/) });
    // What an analyzer may claim goes by 180 days, whichever window is looked at.
    for (const { expr } of (panel as Panel).targets ?? [])
      expect(expr).toMatch(/\{window="\$window"|midwatch_high_/);
  }
  expect(ids.size).toBe(dashboard.panels?.length);
});

it.each([
  ['currencyUSD', /_usd\b/],
  ['s', /_seconds\b/],
  ['percentunit', /_ratio\b/],
])('what is shown as %s is measured in it, and nothing else is', (unit, name) => {
  const shown = (dashboard.panels ?? []).flatMap((panel) => {
    const { fieldConfig, targets = [] } = panel as Panel;
    return targets.map(({ expr }) => ({ expr, isShown: fieldConfig?.defaults.unit === unit }));
  });
  const measured = shown.filter(({ expr }) => name.test(String(expr)));
  expect(shown.filter(({ isShown }) => isShown).length).toBeGreaterThan(1);
  expect(shown.filter((each) => each.isShown && !measured.includes(each))).toEqual([]);
  // The calibration error stands beside a score that is no share.
  const elsewhere = measured.filter(
    ({ expr, isShown }) => !isShown && !String(expr).includes('calibration_error'),
  );
  expect(elsewhere).toEqual([]);
});
