import type { GateAnswer, Proposal, Remediator, RemedyCase, Store } from '@midwatch/core/incident';
import { createRemediator } from '@midwatch/remediation';
import { readLook, whyStopped } from '@midwatch/responder';
import { createPaint, toShownLine } from '../doctor/shown-text.js';
import { wrapText } from '../doctor/wrap-text.js';
import { loadConfig } from '../load-config.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';

interface PlanActions {
  readonly store: Store;
  readonly incidentId: string;
  readonly config: string | undefined;
  readonly json: boolean;
}

/** For reading the object, and what the gates look at. */
const DEADLINE_MS = 20_000;

/** What would be proposed for an incident now, and every gate's answer. Nothing is written: the store was opened to be read. */
export async function planActions(
  { config, incidentId, json, store }: PlanActions,
  terminal: Terminal,
): Promise<void> {
  const { remediation } = await loadConfig(config, terminal.folder);
  if (remediation === undefined)
    throw new UsageError('actions are off: the configuration has no `remediation`, docs/remediation.md');
  const remediator = createRemediator({
    ...remediation,
    store,
    whyStopped: () => whyStopped(store, 'actions'),
  });
  await showPlan({ remediator, remedyCase: await readCase(store, incidentId), json }, terminal);
}

interface ShowPlan {
  readonly remediator: Remediator;
  readonly remedyCase: RemedyCase;
  readonly json: boolean;
}

/** Asks for a proposal and for every gate, and carries nothing out. */
export async function showPlan(
  { json, remedyCase, remediator }: ShowPlan,
  terminal: Terminal,
): Promise<void> {
  const call = () => ({ signal: AbortSignal.timeout(DEADLINE_MS), deadlineAtMs: Date.now() + DEADLINE_MS });
  const answer = await remediator.propose(remedyCase, call());
  if ('nothing' in answer) {
    if (json) terminal.stdout.write(`${JSON.stringify({ nothing: answer.nothing }, null, 2)}\n`);
    else terminal.stdout.write(`Nothing would be proposed: ${toShownLine(answer.nothing, 1_000)}\n`);
    return;
  }
  const { proposal } = answer;
  const gates = await remediator.askGates({ ...remedyCase, proposal }, call());
  const { approves } = remediator.automation(proposal);
  if (json) {
    const { plan: _, ...shown } = proposal;
    terminal.stdout.write(`${JSON.stringify({ proposal: shown, gates, isAutomatic: approves }, null, 2)}\n`);
  } else printPlan({ proposal, gates, isAutomatic: approves }, terminal);
}

async function readCase(store: Store, incidentId: string): Promise<RemedyCase> {
  const incident = await store.getIncident(incidentId);
  if (incident === undefined) throw new UsageError(`no incident \`${incidentId}\` in this database`);
  const look = await readLook(store, incidentId);
  if (look === undefined) throw new UsageError(`incident ${incidentId}: nothing was found out about it yet`);
  const { analysis, look: kept } = look;
  return { incident, evidence: kept.evidence, analysis, nowMs: Date.now() };
}

interface Planned {
  readonly proposal: Proposal;
  readonly gates: readonly GateAnswer[];
  readonly isAutomatic: boolean;
}

const shift = (line: string): string => `  ${line}`;

function printPlan({ gates, isAutomatic, proposal }: Planned, terminal: Terminal): void {
  const paint = createPaint(terminal);
  const { diff, isReversible, people, peopleReasons, planId, steps, target, title } = proposal;
  const passed = gates.filter((gate) => gate.passed).length;
  const reasons = peopleReasons.length === 0 ? '' : ` (${peopleReasons.join('; ')})`;
  const who = isAutomatic
    ? 'nobody has to agree: the service is set to automatic'
    : `${people === 1 ? 'one person' : 'two different people'} would have to agree${reasons}`;
  const lines = [
    paint('bold', toShownLine(title, 200)),
    `  on ${toShownLine(target, 200)}, plan ${planId.slice(0, 12)}; a dry run: nothing was written`,
    ...steps.flatMap((step, index) => wrapText(`${index + 1}.`, toShownLine(step, 500), 2, 3)),
    ...diff.map(({ after, before, path }) =>
      shift(toShownLine(`${path}: ${before ?? '(absent)'} -> ${after ?? '(removed)'}`, 300)),
    ),
    ...wrapText('', toShownLine(`${who}; it ${isReversible ? 'can' : 'cannot'} be undone`, 600), 2, 0),
    '',
    paint('bold', `${passed} of ${gates.length} gates`),
    ...gates.flatMap((gate) =>
      wrapText(gate.passed ? '+' : 'x', toShownLine(`${gate.gate}: ${gate.reason}`, 600), 2, 2).map((line) =>
        gate.passed ? line : paint('yellow', line),
      ),
    ),
  ];
  terminal.stdout.write(`${lines.join('\n')}\n`);
}
