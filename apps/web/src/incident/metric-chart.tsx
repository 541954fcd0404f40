import type { TimeWindow } from '@midwatch/core';
import type { MetricShiftFinding } from '@midwatch/core/incident';
import { useEffect, useRef } from 'preact/hooks';
import { formatTick, formatTime, formatValue } from '../parts/format.js';
import { Cite } from './citations.js';
import { drawChart } from './draw-chart.js';
import type { TimeRange } from './time-range.js';

interface MetricChartProps {
  readonly finding: MetricShiftFinding;
  readonly range: TimeRange;
  readonly baseline: TimeWindow;
  readonly onsetMs: number | undefined;
  readonly changedMs: readonly number[];
  /** Whether the times stand below it. */
  readonly hasTimes: boolean;
}

/** One series; what it shows stands in words for those who do not see it. */
export function MetricChart({ baseline, changedMs, finding, hasTimes, onsetMs, range }: MetricChartProps) {
  const { before, id, last, metric, role, service, statement, unit } = finding;
  const canvas = useRef<HTMLDivElement>(null);
  const pointed = useRef<HTMLSpanElement>(null);

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return undefined;
    const say = (text: string) => {
      if (pointed.current !== null) pointed.current.textContent = text;
    };
    return drawChart(element, {
      points: finding.points,
      ...{ range, baseline, onsetMs, changedMs },
      hasTimes,
      format: (value) => formatTick(value, finding.unit),
      onPoint: (point) =>
        say(point === undefined ? '' : `${formatTime(point[0])}: ${formatValue(point[1], finding.unit)}`),
    });
  }, [finding, range, baseline, onsetMs, changedMs, hasTimes]);

  return (
    <figure class="chart" data-cites={id}>
      <figcaption class="line small">
        <Cite id={id} />
        <b>{role === undefined || role === 'saturation.other' ? metric : role.replaceAll('.', ' ')}</b>
        <span class="muted">{service}</span>
        <span class="grow" />
        <span class="pointed" ref={pointed} />
        <span>
          {formatValue(before, unit)} <span aria-hidden="true">→</span>
          <span class="hidden"> before, now </span> <b>{formatValue(last, unit)}</b>
        </span>
      </figcaption>
      <div class="canvas" ref={canvas} role="img" aria-label={statement} />
    </figure>
  );
}
