import type { MetricPoint, TimeWindow } from '@midwatch/core';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TimeRange } from './time-range.js';

export interface ChartOptions {
  readonly points: readonly MetricPoint[];
  readonly range: TimeRange;
  readonly baseline: TimeWindow;
  readonly onsetMs: number | undefined;
  readonly changedMs: readonly number[];
  readonly hasTimes: boolean;
  format(value: number): string;
  onPoint(point: MetricPoint | undefined): void;
}

const HEIGHT = 80;
const TIMES_HEIGHT = 20;
/** All charts and lanes begin and end at the same places. */
const AXIS_WIDTH = 60;
const RIGHT = 8;
/** Half of `03:41`. */
const HALF_TIME = 15;

/** Draws it, in the colours of the page, as wide as its element; returns what takes it away. */
export function drawChart(element: HTMLElement, options: ChartOptions): () => void {
  let chart = make(element, options);
  const resize = new ResizeObserver(() =>
    chart.setSize({ width: element.clientWidth, height: heightOf(options) }),
  );
  const redraw = () => {
    chart.destroy();
    chart = make(element, options);
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  resize.observe(element);
  scheme.addEventListener('change', redraw);
  addEventListener('midwatch-theme', redraw);
  return () => {
    resize.disconnect();
    scheme.removeEventListener('change', redraw);
    removeEventListener('midwatch-theme', redraw);
    chart.destroy();
  };
}

function make(element: HTMLElement, options: ChartOptions): uPlot {
  const { format, hasTimes, onPoint, points, range } = options;
  const color = colorsOf(element);
  const [low, high] = boundsOf(points);
  const axis = { stroke: color('muted'), font: '11px system-ui, sans-serif', ticks: { show: false } };
  return new uPlot(
    {
      width: element.clientWidth,
      height: heightOf(options),
      ms: 1,
      tzDate: (ms) => uPlot.tzDate(new Date(ms), 'Etc/UTC'),
      legend: { show: false },
      padding: [6, RIGHT, hasTimes ? 0 : 4, 0],
      cursor: { drag: { x: false, y: false }, sync: { key: 'midwatch' }, points: { size: 6 }, y: false },
      scales: {
        x: { time: true, range: () => [range.startMs, range.endMs] },
        y: { range: () => [low, high] },
      },
      axes: [
        {
          ...axis,
          show: hasTimes,
          size: TIMES_HEIGHT,
          gap: 4,
          grid: { show: false },
          // One that would be cut off at the edge is left out.
          values: ({ width }, ticks) => {
            const share = 1 - (HALF_TIME - RIGHT) / (width - AXIS_WIDTH - RIGHT);
            const lastMs = range.startMs + share * (range.endMs - range.startMs);
            return ticks.map((ms) => (ms > lastMs ? '' : new Date(ms).toISOString().slice(11, 16)));
          },
        },
        {
          ...axis,
          size: AXIS_WIDTH,
          gap: 4,
          space: 34,
          grid: { stroke: color('line'), width: 1 },
          values: (_, ticks) => ticks.map((value) => format(value)),
        },
      ],
      series: [{}, { stroke: color('series'), width: 1.75, points: { show: false } }],
      hooks: {
        drawClear: [(chart) => drawBaseline(chart, options, color('shade'))],
        draw: [(chart) => drawMarks(chart, options, color('onset'), color('changed'))],
        setCursor: [({ cursor }) => onPoint(cursor.idx == null ? undefined : points[cursor.idx])],
      },
    },
    [points.map(([ms]) => ms), points.map(([, value]) => value)],
    element,
  );
}

function heightOf({ hasTimes }: ChartOptions): number {
  return hasTimes ? HEIGHT + TIMES_HEIGHT : HEIGHT;
}

function boundsOf(points: readonly MetricPoint[]): readonly [number, number] {
  const values = points.map(([, value]) => value);
  const low = Math.min(0, ...values);
  const high = Math.max(...values);
  return [low, high === low ? low + 1 : high + (high - low) * 0.05];
}

function drawBaseline(chart: uPlot, { baseline, range }: ChartOptions, fill: string): void {
  const { ctx, bbox } = chart;
  if (baseline.endMs <= range.startMs) return;
  const left = chart.valToPos(Math.max(baseline.startMs, range.startMs), 'x', true);
  const right = chart.valToPos(baseline.endMs, 'x', true);
  ctx.fillStyle = fill;
  ctx.fillRect(left, bbox.top, right - left, bbox.height);
}

function drawMarks(chart: uPlot, { changedMs, onsetMs }: ChartOptions, onset: string, changed: string): void {
  for (const ms of changedMs) drawLine(chart, ms, changed, [2, 3]);
  if (onsetMs !== undefined) drawLine(chart, onsetMs, onset, [6, 4]);
}

function drawLine(chart: uPlot, ms: number, stroke: string, dash: readonly number[]): void {
  const { ctx, bbox } = chart;
  const x = chart.valToPos(ms, 'x', true);
  ctx.save();
  ctx.strokeStyle = stroke;
  ctx.lineWidth = 1.5 * devicePixelRatio;
  ctx.setLineDash(dash.map((length) => length * devicePixelRatio));
  ctx.beginPath();
  ctx.moveTo(x, bbox.top);
  ctx.lineTo(x, bbox.top + bbox.height);
  ctx.stroke();
  ctx.restore();
}

/** A canvas knows no custom properties: an element is coloured by each, and asked. */
function colorsOf(element: HTMLElement): (name: string) => string {
  return (name) => {
    const probe = document.createElement('i');
    probe.style.color = `var(--${name})`;
    element.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
