import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Accuracy } from '@midwatch/ledger';
import { findProgram } from '@midwatch/setup/real-components';
import { countCalibrations, countQuarter } from '@midwatch/simulator/quarter';
import { realComponent } from '@midwatch/vitest-preset/real';
import { afterEach, expect, test } from 'vitest';
import { startQuarter } from './__fixtures__/quarter-server.js';
import { closeAll } from './__fixtures__/running-server.js';
import { lintMetrics, startScraping } from './__fixtures__/scraping-prometheus.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await closeAll();
});

const DAY_MS = 86_400_000;
const folder = fileURLToPath(new URL('./grafana/', import.meta.resolve('@midwatch/ledger/package.json')));
const rules = `${folder}midwatch-rules.yaml`;
const dashboard = JSON.parse(readFileSync(`${folder}midwatch-accuracy.json`, 'utf8')) as {
  panels: { title: string; targets?: { expr: string }[] }[];
};
const queries = dashboard.panels.flatMap(({ targets = [], title }) =>
  targets.map(({ expr }) => ({ expr, title })),
);

/** The rules as they are, but evaluated every second. */
function hurriedRules(): string {
  const text = readFileSync(rules, 'utf8');
  expect(text).toContain('interval: 1m');
  const file = join(mkdtempSync(join(tmpdir(), 'midwatch-rules-')), 'rules.yaml');
  writeFileSync(file, text.replace('interval: 1m', 'interval: 1s'));
  return file;
}

realComponent('prometheus', (prometheus) => {
  test('every query of the dashboard and every rule has data at a Prometheus that scraped the server', {
    timeout: 180_000,
  }, async () => {
    const viewer = 'a-token-of-24-characters';
    const { incidents, server } = await startQuarter({ MIDWATCH_TOKENS: `viewer:${viewer}` });
    const scraping = await startScraping({
      ...{ prometheus, rules: hurriedRules(), token: viewer },
      target: new URL(server.url).host,
    });
    closing.push(scraping.close);
    // The last of the rules that record.
    await expect
      .poll(() => scraping.ask('window_confidence:midwatch_analyses_settled:max'))
      .toBeGreaterThan(0);

    const now = Date.now();
    for (const [window, days] of [
      ['30d', 30],
      ['90d', 90],
    ] as const) {
      for (const { expr, title } of queries) {
        const samples = await scraping.askAll(expr.replaceAll('$window', window));
        expect([title, expr, samples.length > 0]).toEqual([title, expr, true]);
        for (const { value } of samples) expect([expr, Number.isFinite(value)]).toEqual([expr, true]);
      }
      const figures: Accuracy['all'] = countQuarter(incidents, now - days * DAY_MS, now);
      const { share, upper } = figures.levels.HIGH.precision;
      const first = queries.find(({ title }) => title === 'Precision at HIGH')?.expr ?? '';
      expect(await scraping.ask(first.replaceAll('$window', window))).toBeCloseTo(share!, 9);
      const recorded = `window_confidence:midwatch_precision_upper_ratio:max{window="${window}",confidence="HIGH"}`;
      expect(await scraping.ask(recorded)).toBeCloseTo(upper, 9);
      expect(await scraping.ask(`window:midwatch_settled_ratio:max{window="${window}"}`)).toBeCloseTo(
        figures.settled.share!,
        9,
      );
    }
    expect(queries.length).toBeGreaterThan(25);

    for (const { analyzer, ceiling, shrunk } of countCalibrations(incidents, now)) {
      const { model = '', name, promptVersion = '' } = analyzer;
      const own = `analyzer="${name}",model="${model}",prompt_version="${promptVersion}"`;
      expect(await scraping.ask(`midwatch_high_shrunk_ratio{${own}}`)).toBeCloseTo(shrunk, 9);
      expect(await scraping.ask(`midwatch_high_ceiling{${own},confidence="${ceiling.confidence}"}`)).toBe(1);
    }

    // An overconfident model: at HIGH it is right less often than HIGH stands for. Nothing else is amiss.
    await expect
      .poll(() => scraping.ask('ALERTS{alertname="MidwatchPrecisionFell",confidence="HIGH"}'))
      .toBe(1);
    const namesOfAlerts = async () =>
      new Set((await scraping.askAll('ALERTS')).map(({ metric }) => metric['alertname']));
    await expect.poll(namesOfAlerts).toEqual(new Set(['MidwatchHighLowered', 'MidwatchPrecisionFell']));

    const promtool = findProgram('promtool');
    if (promtool === undefined) throw new Error('needs promtool of Debian package prometheus');
    const { stdout } = await promisify(execFile)(promtool, ['check', 'rules', rules]);
    expect(stdout).toContain('SUCCESS: 12 rules found');
    const headers = { authorization: `Bearer ${viewer}` };
    const text = await (await fetch(`${server.url}/metrics`, { headers })).text();
    const own = text.split('\n').filter((line) => /^(# (HELP|TYPE) )?midwatch_/.test(line));
    expect(await lintMetrics(promtool, `${own.join('\n')}\n`)).toBe('');
  });
});
