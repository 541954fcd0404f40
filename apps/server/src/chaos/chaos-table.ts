import type { ChaosReport } from './run-chaos.js';

/** What happened, as lines of a table. */
export function chaosTable(report: ChaosReport): readonly string[] {
  const { alerts, takeovers } = report;
  const phases = Map.groupBy(takeovers, ({ phase }) => phase);
  const hit = new Set(takeovers.map(({ kill }) => kill));
  const kills = (items: ChaosReport['takeovers']) => new Set(items.map(({ kill }) => kill)).size;
  const rows: [string, string][] = [
    ['incidents', `${report.incidents}, of ${report.acknowledged} acknowledged alerts and resolves`],
    [
      'sent again',
      `${alerts.reduce((sum, { attempts }) => sum + attempts - 1, 0)} times, until acknowledged`,
    ],
    ['kills', `${report.kills}, of them ${report.killsAtStart} while the process was starting`],
    ...[...phases]
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .map(([phase, items]): [string, string] => [
        `  in ${phase}`,
        `${kills(items)} kills, ${items.length} pieces of work; taken over after ${quantiles(items.map(({ afterMs }) => afterMs))}`,
      ]),
    ['  in nothing', `${report.kills - hit.size} kills`],
    ['taken over', quantiles(takeovers.map(({ afterMs }) => afterMs))],
    [
      'Slack',
      `${report.incidents} messages, ${report.edits} edits; the model was asked ${report.modelCalls} times`,
    ],
    ['webhook-ids', `${report.delivered}, each at least once; ${report.duplicates} came more than once`],
    ['given up', report.givenUp.length === 0 ? 'nothing' : report.givenUp.join('; ')],
    ['time', `${seconds(report.killingMs)} of kills, quiet ${seconds(report.quietAfterMs)} later`],
    ['violations', String(report.violations.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  return rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
}

function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((one, other) => one - other);
  if (sorted.length === 0) return 'nothing was';
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  return `p50 ${seconds(middle)}, max ${seconds(sorted.at(-1) ?? 0)}`;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
