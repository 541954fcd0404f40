import type { LearnedAlias } from '@midwatch/core/incident';
import type { Terminal } from '../terminal.js';
import { type ConnectorReport, describeRefusal } from './check-connector.js';
import type { ExecutorReport } from './check-executors.js';
import type { SourcesReport } from './check-sources.js';
import { createPaint, type Paint, toShownLine } from './shown-text.js';
import { TRIED_LIMIT, type TriedSource } from './try-queries.js';
import { wrapText } from './wrap-text.js';

/** What was found, for a person. */
export function printSources(report: SourcesReport, terminal: Terminal): void {
  const paint = createPaint(terminal);
  const { connectors, executors, missingKinds, problems, service, tried, learned = [] } = report;
  const lines = [
    '',
    paint('bold', 'Sources'),
    ...connectors.flatMap((one) => connectorLines(one, learned, paint)),
  ];
  if (missingKinds.length > 0)
    lines.push(paint('yellow', `  ~ No source brings ${missingKinds.join(', ')}.`));
  for (const { message } of problems)
    lines.push(...wrapText('x', toShownLine(message), 2, 2).map((line) => paint('red', line)));
  if (executors !== undefined)
    lines.push(
      '',
      paint('bold', 'Who may act'),
      ...executors.flatMap((one) => executorLines(one, report, paint)),
    );
  if (service !== undefined && tried !== undefined) {
    const about = `What an alert of now would ask first about ${toShownLine(service, 100)}`;
    lines.push('', paint('bold', about), `  (here at most ${TRIED_LIMIT} for each query)`);
    lines.push(...tried.flatMap((one) => triedLines(one, paint)));
    // A source that was not asked has its answer in the configuration already.
    const unmapped = tried.find(
      ({ state, gaps }) => state !== 'not-asked' && gaps.some(({ reason }) => reason === 'unmapped-target'),
    );
    if (unmapped !== undefined) {
      const aliases = `aliases: { ${toShownLine(JSON.stringify(unmapped.connectorId), 80)}: '...' }`;
      const name = toShownLine(JSON.stringify(service), 100);
      const entry = `\`services: [{ name: ${name}, ${aliases} }]\``;
      lines.push(
        ...wrapText('', 'Not mapped: if it has another name there, this says so:', 2, 0),
        `    ${entry}`,
      );
    }
  }
  terminal.stdout.write(`${lines.join('\n')}\n`);
}

function executorLines(
  { id, isDryRun, objects, problems, services }: ExecutorReport,
  { service }: SourcesReport,
  paint: Paint,
): string[] {
  const [mark, color] = marks[problems.length === 0 ? 'healthy' : 'unhealthy'];
  const about = isDryRun ? 'dry runs only' : 'with credentials of its own';
  const on = services.length === 0 ? 'nothing is switched on' : services.join(', ');
  const lines = [
    `${paint(color, `  ${mark} ${toShownLine(id, 40).padEnd(16)}`)} ${about}`,
    ...wrapText('on for', toShownLine(on)),
  ];
  const read = objects.filter(({ isRead }) => isRead).map(({ name }) => name);
  if (read.length > 0) lines.push(...wrapText('could read', toShownLine(read.join(', '))));
  if (objects.length === 0)
    lines.push(
      ...wrapText(
        'objects',
        service === undefined ? 'with --service, they are read' : 'none of the service was seen lately',
      ),
    );
  for (const { code, message } of problems)
    lines.push(...wrapText('', `${code}: ${toShownLine(message)}`, 6, 0).map((line) => paint('red', line)));
  return lines;
}

const marks = {
  healthy: ['+', 'green'],
  degraded: ['~', 'yellow'],
  unhealthy: ['x', 'red'],
} as const;

function connectorLines(report: ConnectorReport, learned: readonly LearnedAlias[], paint: Paint): string[] {
  const { id, health, kinds, aliases, problems, covers, refusals, clock } = report;
  const [mark, color] = marks[health.state];
  const facts = [
    ...(health.version === undefined ? [] : [toShownLine(health.version, 40)]),
    `${Math.round(health.latencyMs)} ms`,
  ];
  const name = toShownLine(id, 40);
  const lines = [
    `${paint(color, `  ${mark} ${name.padEnd(16)} ${health.state.padEnd(9)}`)} ${facts.join(' · ')}`,
    ...wrapText('brings', kinds.length === 0 ? 'nothing' : kinds.join(', ')),
    ...wrapText('clock', clockText(clock)),
  ];
  if (covers !== undefined) {
    const { environment, cluster, namespaces } = covers;
    const where = [environment, cluster, ...(namespaces ?? [])].filter((part) => part !== undefined);
    lines.push(...wrapText('covers', `${toShownLine(where.join(', '))} only`));
  }
  const labels = (health.labels ?? []).map(
    ({ field, label, chosenBy }) => `${field} = ${toShownLine(label, 80)} (${chosenBy})`,
  );
  if (labels.length > 0) lines.push(...wrapText('labels', labels.join(', ')));
  for (const { service, alias } of aliases) {
    const called = alias === null ? 'is not known here' : `is called ${toShownLine(alias, 80)} here`;
    lines.push(...wrapText('configured', `${toShownLine(service, 80)} ${called}`));
  }
  for (const { connectorId, service, alias, reason } of learned) {
    if (connectorId !== id) continue;
    const called = `${toShownLine(service, 80)} is called ${toShownLine(alias, 80)} here`;
    lines.push(...wrapText('learned', `${called}: ${toShownLine(reason)}`));
  }
  if (health.state === 'healthy') {
    if (health.detail !== undefined) lines.push(...wrapText('note', toShownLine(health.detail)));
    for (const refusal of refusals)
      lines.push(...wrapText('refused', `it can do without: ${toShownLine(describeRefusal(refusal))}`));
  }
  for (const { code, message } of problems) {
    const told = wrapText('', `${code}: ${toShownLine(message)}`, 6, 0);
    lines.push(...told.map((line) => paint(code === 'degraded' ? 'yellow' : 'red', line)));
  }
  return lines;
}

function clockText(clock: ConnectorReport['clock']): string {
  if (clock === null) return 'not told';
  const seconds = (ms: number) => `${(Math.abs(ms) / 1000).toFixed(1)} s`;
  if (Math.abs(clock.skewMs) <= clock.withinMs) return `agrees within ${seconds(clock.withinMs)}`;
  const side = clock.skewMs > 0 ? 'ahead' : 'behind';
  return `${seconds(clock.skewMs)} ${side}, give or take ${seconds(clock.withinMs)}`;
}

const triedMarks = {
  ok: ['+', 'green'],
  empty: ['-', 'yellow'],
  partial: ['~', 'yellow'],
  failed: ['x', 'red'],
  'not-asked': ['-', 'yellow'],
  'not-configured': ['-', 'dim'],
} as const;

function triedLines(
  { connectorId, kind, state, signalCount, gaps, queries, error }: TriedSource,
  paint: Paint,
) {
  const [mark, color] = triedMarks[state];
  const came = signalCount > 0 ? `${signalCount} came back` : 'nothing came back';
  const isUnmapped = gaps.some(({ reason }) => reason === 'unmapped-target');
  const notAsked = isUnmapped ? 'not asked' : 'not asked: outside of what it covers, or no time was left';
  const source = `${toShownLine(connectorId, 60)} ${kind}`;
  const told = state === 'failed' ? 'failed' : state === 'not-asked' ? notAsked : came;
  const lines = [`${paint(color, `  ${mark} ${source.padEnd(24)}`)} ${told}`];
  if (error !== undefined)
    lines.push(...wrapText('', toShownLine(error.message), 6, 0).map((line) => paint('red', line)));
  for (const { reason, detail } of gaps) {
    const label = reason === 'unmapped-target' ? 'not mapped' : reason;
    const told = `${label}${detail === undefined ? '' : `: ${toShownLine(detail)}`}`;
    lines.push(...wrapText('', told, 6, 0).map((line) => paint('yellow', line)));
  }
  for (const { language, text, url } of queries) {
    lines.push(`      ${paint('dim', language)} ${toShownLine(text, 600)}`);
    if (url !== undefined) lines.push(`      ${paint('dim', toShownLine(url, 2000))}`);
  }
  return lines;
}
