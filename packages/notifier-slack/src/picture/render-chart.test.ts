import type { BriefNumber } from '@midwatch/core/incident';
import { sampleBriefAtMs as nowMs } from '@midwatch/testkit';
import { describe, expect, it } from 'vitest';
import { chartedBrief, points } from '../__fixtures__/charted-brief.js';
import { decodePng } from '../__fixtures__/decode-png.js';
import { toChartScale, toRuns } from './chart-scale.js';
import { type ChartedBrief, renderChart } from './render-chart.js';

const onset = '255,179,71';
const change = '122,196,255';
const course = '244,247,251';
const [decisive] = chartedBrief.numbers as readonly [BriefNumber];

async function draw(given: Partial<ChartedBrief>, number: Partial<BriefNumber> = {}) {
  const bytes = await renderChart(
    { ...chartedBrief, numbers: [{ ...decisive, ...number }], ...given },
    nowMs,
  );
  if (bytes === undefined) expect.unreachable('nothing was drawn');
  return { bytes, picture: await decodePng(bytes) };
}

/** How often a colour stands in a column of the plot. */
function countIn(picture: Awaited<ReturnType<typeof decodePng>>, x: number, color: string): number {
  return Array.from({ length: 190 }, (_, y) => picture.colorAt(x, 130 + y)).filter((one) => one === color)
    .length;
}

function columnsOf(picture: Awaited<ReturnType<typeof decodePng>>, color: string): readonly number[] {
  return Array.from({ length: 800 }, (_, x) => x).filter((x) => countIn(picture, x, color) > 40);
}

describe('renderChart', () => {
  it('is a PNG that another decoder reads, of less than 20 kB', async () => {
    const { bytes, picture } = await draw({});
    expect([picture.width, picture.height]).toEqual([800, 380]);
    expect(bytes.length).toBeLessThan(20_000);
    expect(picture.colorAt(0, 0)).toBe('24,28,36');
  });

  it('marks onset and change where they were, told apart by their dashes', async () => {
    const atMs = nowMs - 20 * 60_000;
    const { picture } = await draw({ change: { ...chartedBrief.change!, atMs } });
    const [onsets, changes] = [columnsOf(picture, onset), columnsOf(picture, change)];
    // 31 of 40 minutes, and half of them, between the axis at the left and the edge at the right.
    const [first = 0] = onsets;
    const [changed = 0] = changes;
    const left = changed * 2 - 776;
    expect(first).toBeGreaterThan(changed);
    expect(Math.abs((first - left) / (776 - left) - 31 / 40)).toBeLessThan(0.02);
    expect(countIn(picture, first, onset)).toBeGreaterThan(100);
    expect(countIn(picture, changed, change)).toBeLessThan(60);
  });

  it('tells of a change before its range in words, and draws none after it', async () => {
    const before = await draw({});
    const after = await draw({ change: { ...chartedBrief.change!, atMs: nowMs + 60_000 } });
    const hasWords = ({ picture }: typeof before) =>
      Array.from({ length: 800 * 20 }, (_, at) =>
        picture.colorAt(at % 800, 64 + Math.floor(at / 800)),
      ).includes(change);
    expect([columnsOf(before.picture, change), hasWords(before)]).toEqual([[], true]);
    expect(hasWords(after)).toBe(false);
  });

  it.each<[string, BriefNumber['points']]>([
    ['no points', []],
    ['seven points', points.slice(0, 7)],
    ['points of one time', points.map(([, value]) => [nowMs, value] as const)],
    ['points that are none', points.map(([atMs]) => [atMs, Number.NaN] as const)],
  ])('draws nothing of %s', async (_, given) => {
    expect(await renderChart({ ...chartedBrief, numbers: [{ ...decisive, points: given }] }, nowMs)).toBe(
      undefined,
    );
    expect(await renderChart({ ...chartedBrief, numbers: [] }, nowMs)).toBe(undefined);
  });

  it.each<[string, BriefNumber['points']]>([
    ['a flat line', points.map(([atMs]) => [atMs, 7] as const)],
    ['nothing but zeros', points.map(([atMs]) => [atMs, 0] as const)],
    ['values below zero', points.map(([atMs, value]) => [atMs, -value] as const)],
    ['values as large as they come', points.map(([atMs, value]) => [atMs, value * 1e299] as const)],
    ['values that are hardly any', points.map(([atMs, value]) => [atMs, value * 1e-300] as const)],
    ['a row out of order', points.toReversed()],
    ['holes', points.map(([atMs, value], index) => [atMs, index % 9 === 0 ? Infinity : value] as const)],
    ['ten thousand points', Array.from({ length: 10_000 }, (_, at) => [nowMs - at * 1000, at % 97] as const)],
  ])('draws %s', async (_, given) => {
    const { bytes, picture } = await draw({}, { points: given });
    expect(bytes.length).toBeLessThan(20_000);
    const columns = Array.from({ length: 640 }, (__, x) => 130 + x);
    const isDrawn = columns.filter((x) =>
      Array.from({ length: 200 }, (__, y) => picture.colorAt(x, 125 + y)).includes(course),
    );
    expect(isDrawn.length).toBeGreaterThan(400);
  });

  it.each([
    '<!channel> `rm -rf` <https://evil.example|Slack>',
    '\u202Eevil\u200B\u0000 \uD800 💥 ٣٤٥',
    'x'.repeat(100_000),
    '__proto__',
    '',
  ])('writes a name such as %.40s without harm', async (name) => {
    const { picture } = await draw(
      { service: name, change: { ...chartedBrief.change!, service: name, version: name } },
      { label: name, unit: name.slice(0, 1000), service: name },
    );
    expect(picture.width).toBe(800);
  });
});

describe('the scale', () => {
  it('begins at zero unless that would flatten the line', () => {
    expect(toChartScale(decisive, chartedBrief.sinceMs)).toMatchObject({
      low: 0,
      high: Math.max(...points.map(([, value]) => value)),
    });
    const high = {
      ...decisive,
      before: 100,
      points: points.map(([atMs, value]) => [atMs, 100 + value] as const),
    };
    expect(toChartScale(high, chartedBrief.sinceMs)?.low).toBeGreaterThan(90);
  });

  it('takes as usual what was before onset, without its extremes', () => {
    const spiked = points.map(([atMs, value], index) => [atMs, index === 3 ? 99 : value] as const);
    const { usual } = toChartScale({ ...decisive, points: spiked }, chartedBrief.sinceMs) ?? {};
    expect(usual?.high).toBeLessThan(0.3);
    expect(toChartScale(decisive, 0)?.usual).toEqual({ low: 0.19, high: 0.19 });
  });

  it('is no line where points are missing', () => {
    const lacking = points.filter((_, index) => index < 10 || index > 14);
    expect(toRuns(lacking).map((run) => run.length)).toEqual([10, 26]);
    expect(toRuns(points)).toHaveLength(1);
  });
});
