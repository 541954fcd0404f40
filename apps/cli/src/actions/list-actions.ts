import type { ActionLogEntry, BriefRemedy, RecordedAction, Store } from '@midwatch/core/incident';
import * as z from 'zod';
import { toShownLine } from '../doctor/shown-text.js';
import type { Terminal } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { readLog } from './read-log.js';
import { toLine } from './show-log.js';

interface ListActions {
  readonly store: Store;
  readonly incidentId: string;
  readonly json: boolean;
}

const titleSchema = z.object({ title: z.string() });

/** Of one incident: what is offered now, what was begun, and all that was decided. */
export async function listActions(
  { incidentId, json, store }: ListActions,
  { stdout }: Pick<Terminal, 'stdout'>,
): Promise<void> {
  const incident = await store.getIncident(incidentId);
  if (incident === undefined) throw new UsageError(`no incident \`${incidentId}\` in this database`);
  const actions = await store.actions.listOf(incidentId);
  const log: ActionLogEntry[] = [];
  for await (const entry of readLog(store, incidentId)) log.push(entry);
  const remedy = incident.brief?.remedy;
  if (json) {
    stdout.write(`${JSON.stringify({ remedy: remedy ?? null, actions, log }, null, 2)}\n`);
    return;
  }
  const lines = [
    ...(remedy === undefined ? [] : offerLines(remedy)),
    ...actions.map(actionLine),
    ...(log.length === 0 ? [] : ['', ...log.map(toLine)]),
  ];
  if (lines.length === 0) lines.push('Midwatch neither offered nor did anything for it.');
  stdout.write(`${lines.join('\n')}\n`);
}

function offerLines({ approvedBy, planId, state, text, title }: BriefRemedy): readonly string[] {
  return [
    `${state}: ${toShownLine(title, 200)}`,
    `  ${toShownLine(text, 500)}`,
    ...(approvedBy.length === 0 ? [] : [`  approved by ${toShownLine(approvedBy.join(', '), 200)}`]),
    `  plan ${toShownLine(planId, 64)}`,
  ];
}

function actionLine({ begunAtMs, effect, planId, proposal, remedy, state, target }: RecordedAction): string {
  const when = new Date(begunAtMs).toISOString().slice(0, 19).replace('T', ' ');
  const known = titleSchema.safeParse(proposal);
  const title = known.success ? known.data.title : `${remedy} of ${target}`;
  const became = effect === undefined ? state : `${state}, ${effect}`;
  return `${when} UTC  ${toShownLine(title, 200)}  ${became}  plan ${toShownLine(planId, 12)}`;
}
