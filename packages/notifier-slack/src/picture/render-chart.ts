import type { Brief, BriefNumber } from '@midwatch/core/incident';
import { formatQuantity, formatTime } from '../quantity.js';
import { type Canvas, createCanvas, type Position } from './canvas.js';
import { type ChartScale, toChartScale, toRuns } from './chart-scale.js';
import { type Color, encodePng } from './encode-png.js';
import { drawText, fitText, type TextStyle, widthOf } from './stroke-text.js';

/** What is drawn of a brief. */
export type ChartedBrief = Pick<Brief, 'change' | 'numbers' | 'service' | 'sinceMs'>;

const WIDTH = 800;
const HEIGHT = 380;
const PLOT_TOP = 128;
const PLOT_BOTTOM = 322;
const EDGE = 24;
/** A value that is wider, as with `requests/s`, goes without its unit, which stands in the title. */
const MAX_MARGIN = 120;

// A ground of its own: what lies around it may be light or dark.
const ground: Color = [24, 28, 36];
const grid: Color = [62, 70, 86];
const band: Color = [45, 74, 78];
const line: Color = [244, 247, 251];
const muted: Color = [176, 186, 202];
const onsetColor: Color = [255, 179, 71];
const changeColor: Color = [122, 196, 255];

const small: TextStyle = { color: muted, unit: 2.5 };
const large: TextStyle = { color: line, unit: 3.1 };

/**
 * The decisive number's course as a PNG of 800 by 380 pixels: its line, the band of what was usual, onset and change as upright
 * lines that differ in their dashes and words. Absent where there are fewer than eight points.
 */
export async function renderChart(
  brief: ChartedBrief,
  nowMs: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const [number] = brief.numbers;
  const scale = number === undefined ? undefined : toChartScale(number, brief.sinceMs);
  if (number === undefined || scale === undefined) return undefined;
  const canvas = createCanvas(WIDTH, HEIGHT, ground);
  const say = sayOf(number);
  const labels = [say(scale.high), say(scale.low)].map((text) =>
    widthOf(text, small) <= MAX_MARGIN ? text : fitText(amountOf(text), MAX_MARGIN, small),
  );
  const left = EDGE + Math.max(...labels.map((label) => widthOf(label, small))) + 14;
  const plot: Plot = { canvas, scale, left, right: WIDTH - EDGE };
  drawTitle(canvas, number, brief.service);
  drawAxes(plot, labels, nowMs);
  drawMarks(plot, brief, nowMs);
  drawCourse(plot);
  return encodePng(canvas);
}

/** Values as people say them, in the unit of the number. */
export function sayOf({ unit }: BriefNumber): (value: number) => string {
  return (value) => formatQuantity(value, unit);
}

/** `12,345` of `12,345 requests/s`. */
function amountOf(quantity: string): string {
  return quantity.split(' ')[0] ?? '';
}

interface Plot {
  readonly canvas: Canvas;
  readonly scale: ChartScale;
  readonly left: number;
  readonly right: number;
}

function xOf({ left, right, scale }: Plot, atMs: number): number {
  return left + ((atMs - scale.firstMs) / (scale.lastMs - scale.firstMs)) * (right - left);
}

function yOf({ scale }: Plot, value: number): number {
  return PLOT_BOTTOM - ((value - scale.low) / (scale.high - scale.low)) * (PLOT_BOTTOM - PLOT_TOP);
}

/** What it is at the left, from where to where it went at the right. */
function drawTitle(canvas: Canvas, number: BriefNumber, service: string): void {
  const say = sayOf(number);
  const [before, now] = [say(number.before), say(number.now)];
  const isOneUnit = before.slice(amountOf(before).length) === now.slice(amountOf(now).length);
  const values = fitText(`${isOneUnit ? amountOf(before) : before} to ${now}`, WIDTH / 2, large);
  const valuesLeft = WIDTH - EDGE - widthOf(values, large);
  drawText(canvas, values, [valuesLeft, EDGE], large);
  const title = `${number.label}, ${number.service ?? service}`;
  drawText(canvas, fitText(title, valuesLeft - EDGE * 2, large), [EDGE, EDGE], large);
}

function drawAxes(plot: Plot, [highest = '', lowest = '']: readonly string[], nowMs: number): void {
  const { canvas, left, right, scale } = plot;
  const [top, bottom] = [yOf(plot, scale.usual.high), yOf(plot, scale.usual.low)];
  // A flat baseline still is to be seen.
  canvas.fillBox([left, Math.min(top, bottom - 6)], [right, Math.max(bottom, top + 2)], band);
  for (const y of [PLOT_TOP, PLOT_BOTTOM]) canvas.fillBox([left, y], [right, y + 1], grid);
  const labelTo = (text: string, y: number) =>
    drawText(canvas, text, [left - 14 - widthOf(text, small), y - small.unit * 3], small);
  labelTo(highest, PLOT_TOP);
  labelTo(lowest, PLOT_BOTTOM);
  const below = PLOT_BOTTOM + 18;
  const last = formatTime(scale.lastMs, nowMs);
  drawText(canvas, formatTime(scale.firstMs, nowMs).replace(' UTC', ''), [left, below], small);
  drawText(canvas, last, [right - widthOf(last, small), below], small);
  const middle = (left + right) / 2 - widthOf('usual range', small) / 2;
  canvas.fillBox([middle - 36, below], [middle - 12, below + small.unit * 6], band);
  drawText(canvas, 'usual range', [middle, below], small);
}

/** Each with its words in a row of its own, so that two at one time can be read. */
function drawMarks(plot: Plot, { change, sinceMs }: ChartedBrief, nowMs: number): void {
  const { scale } = plot;
  const clock = (atMs: number) => formatTime(atMs, nowMs).replace(' UTC', '');
  const isWithin = (atMs: number) => atMs >= scale.firstMs && atMs <= scale.lastMs;
  if (change !== undefined) {
    const name = `${change.service} ${change.version ?? 'change'}`;
    const words = `deploy ${clock(change.atMs)} ${name}`;
    const mark = { words, top: 64, color: changeColor, dash: 3, gap: 9, thickness: 4 };
    if (isWithin(change.atMs)) drawMark(plot, change.atMs, mark);
    else if (change.atMs < scale.firstMs) {
      const style = { ...small, color: changeColor };
      const room = plot.right - plot.left;
      drawText(plot.canvas, fitText(`before this: ${words}`, room, style), [plot.left, mark.top], style);
    }
  }
  const words = `onset ${clock(sinceMs)}`;
  if (isWithin(sinceMs)) {
    drawMark(plot, sinceMs, { words, top: 92, color: onsetColor, dash: 14, gap: 7, thickness: 3 });
  }
}

interface Mark {
  readonly words: string;
  /** Of its words. */
  readonly top: number;
  readonly color: Color;
  readonly dash: number;
  readonly gap: number;
  readonly thickness: number;
}

function drawMark(plot: Plot, atMs: number, { color, dash, gap, thickness, top, words }: Mark): void {
  const { canvas, left, right } = plot;
  const x = Math.round(xOf(plot, atMs));
  for (let y = top; y < PLOT_BOTTOM; y += dash + gap) {
    const end = Math.min(y + dash, PLOT_BOTTOM);
    canvas.fillBox([x - thickness / 2, y], [x + thickness / 2, end], color);
  }
  const style = { ...small, color };
  const space = 10;
  const isRight = right - x > x - left || x + space + widthOf(words, style) <= right;
  const text = fitText(words, (isRight ? right - x : x - left) - space, style);
  const start = isRight ? x + space : x - space - widthOf(text, style);
  // The other mark's line may pass here.
  canvas.fillBox([start - 4, top - 2], [start + widthOf(text, style) + 4, top + style.unit * 6 + 6], ground);
  drawText(canvas, text, [start, top], style);
}

/** The line over everything else, and a dot where it ends. */
function drawCourse(plot: Plot): void {
  const { canvas, scale } = plot;
  const place = ([atMs, value]: readonly [number, number]): Position => [xOf(plot, atMs), yOf(plot, value)];
  for (const run of toRuns(scale.points)) canvas.drawLine(run.map(place), 3.5, line);
  const last = scale.points.at(-1);
  if (last !== undefined) canvas.drawLine([place(last)], 11, line);
}
