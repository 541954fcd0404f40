import type { Accuracy, Estimate, Figures, Share } from '@midwatch/ledger';
import { toShownLine } from './doctor/shown-text.js';
import type { Terminal } from './terminal.js';

/** For people: every share with what it is of, and the settled share beside it. */
export function printAccuracy(accuracy: Accuracy, { stdout }: Pick<Terminal, 'stdout'>): void {
  const { all, by, calibrations, fromMs, groups, toMs } = accuracy;
  const lines = [
    `${dayOf(fromMs)} to ${dayOf(toMs)}: ${all.incidents} ${all.incidents === 1 ? 'incident' : 'incidents'}, ${say(all.settled)} settled`,
    ...toLines(all),
    ...(calibrations.length === 0
      ? []
      : ['', 'HIGH, settled by people in the 180 days before:', ...toCeilings(calibrations)]),
    ...(by === undefined ? [] : ['', `by ${by}:`, ...toTable(groups)]),
    ...(by !== undefined && groups.length === 0 ? ['  nothing yet'] : []),
  ];
  for (const line of lines) stdout.write(`${line}\n`);
}

function toLines(figures: Figures): readonly string[] {
  const { abstained, answered, attempted, calibration, cost, coverageAtHigh, falsePositivesAtHigh } = figures;
  const { levels, timeToBrief, timeToResolve, top1, top3, usefulness } = figures;
  const row = (name: string, text: string) => `  ${name.padEnd(24)}${text}`;
  return [
    row('attempted', say(attempted)),
    row('answered', say(answered)),
    row('abstained', say(abstained)),
    row('coverage at HIGH', say(coverageAtHigh)),
    ...Object.entries(levels).map(([level, { count, partly, precision, settled, unknown }]) =>
      row(
        `precision at ${level}`,
        `${sayEstimate(precision)}; ${count} analyses, ${say(settled)} settled, ${partly} partly right, ${unknown} unknown`,
      ),
    ),
    row('false positives at HIGH', sayEstimate(falsePositivesAtHigh)),
    row('top-1, top-3', `${say(top1)}, ${say(top3)}`),
    row(
      'Brier, ECE',
      `${sayNumber(calibration.brier)}, ${sayNumber(calibration.ece)}; ${calibration.settled} settled`,
    ),
    row(
      'usefulness',
      usefulness.mean === null ? 'nobody said' : `${usefulness.mean.toFixed(2)} of 5 (${usefulness.count})`,
    ),
    row('time to brief', sayTimes(timeToBrief)),
    row('time to resolve', sayTimes(timeToResolve)),
    row('cost', sayCost(cost)),
  ];
}

/** What each analyzer may claim, a line for each. */
function toCeilings(calibrations: Accuracy['calibrations']): readonly string[] {
  const rows = calibrations.map(({ analyzer, ceiling, right, settled, shrunk }) => [
    toShownLine(analyzer.model ?? analyzer.name, 40),
    toShownLine(analyzer.promptVersion ?? '', 40),
    `${right} of ${settled}`,
    sayPercent(shrunk),
    ceiling.confidence,
  ]);
  return toColumns([['', 'prompt', 'right', 'shrunk towards 90 %', 'shown as'], ...rows]);
}

/** The figures that decide, a line for each group. */
function toTable(groups: Accuracy['groups']): readonly string[] {
  const rows = groups.map(({ figures, isOther, key }) => [
    isOther ? '(others)' : key === '' || key === undefined ? '(none)' : toShownLine(key, 40),
    String(figures.incidents),
    say(figures.settled),
    say(figures.coverageAtHigh),
    sayEstimate(figures.levels.HIGH.precision),
    say(figures.top3),
    sayNumber(figures.calibration.brier),
  ]);
  return toColumns([
    ['', 'incidents', 'settled', 'coverage at HIGH', 'precision at HIGH', 'top-3', 'Brier'],
    ...rows,
  ]);
}

function toColumns(all: readonly (readonly string[])[]): readonly string[] {
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0))) ?? [];
  return all.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd(),
  );
}

export function say({ count, of, share }: Share): string {
  return share === null ? 'none' : `${sayPercent(share)} (${count} of ${of})`;
}

export function sayEstimate(estimate: Estimate): string {
  if (estimate.share === null) return 'none settled';
  return `${say(estimate)}, 95 % between ${sayPercent(estimate.lower)} and ${sayPercent(estimate.upper)}`;
}

export function sayPercent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function sayNumber(value: number | null): string {
  return value === null ? '-' : value.toFixed(3);
}

function sayTimes({ count, p50Ms, p95Ms }: Figures['timeToBrief']): string {
  if (p50Ms === null || p95Ms === null) return 'none';
  return `p50 ${(p50Ms / 1000).toFixed(1)} s, p95 ${(p95Ms / 1000).toFixed(1)} s (${count})`;
}

function sayCost({ answers, perIncidentUsd, unknownPrices, usd }: Figures['cost']): string {
  const each = perIncidentUsd === null ? '' : `, $${perIncidentUsd.toFixed(4)} an incident`;
  const unknown = unknownPrices === 0 ? '' : `; ${unknownPrices} answers at a price that is not known`;
  return `$${usd.toFixed(2)} for ${answers} answers${each}${unknown}`;
}

export function dayOf(atMs: number): string {
  return new Date(atMs).toISOString().slice(0, 10);
}
