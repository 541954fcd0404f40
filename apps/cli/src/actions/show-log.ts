import type { ActionLogEntry, Store } from '@midwatch/core/incident';
import { toShownLine } from '../doctor/shown-text.js';
import type { Terminal } from '../terminal.js';
import { readLog } from './read-log.js';

interface ShowLog {
  readonly store: Pick<Store, 'actions'>;
  readonly incidentId: string | undefined;
  readonly json: boolean;
}

/** A line for each entry; as JSON with everything that it is hashed from, so that it can be followed elsewhere. */
export async function showLog(
  { incidentId, json, store }: ShowLog,
  { stdout }: Pick<Terminal, 'stdout'>,
): Promise<void> {
  let count = 0;
  for await (const entry of readLog(store, incidentId)) {
    stdout.write(`${json ? JSON.stringify(entry) : toLine(entry)}\n`);
    count += 1;
  }
  if (count === 0 && !json) stdout.write('The action log is empty: nothing was ever proposed.\n');
}

export function toLine({ action, actor, atMs, incidentId, number, planId }: ActionLogEntry): string {
  const when = new Date(atMs).toISOString().slice(0, 19).replace('T', ' ');
  const who = actor === undefined ? '(erased)' : toShownLine(actor, 60);
  const what = [
    ...(planId === undefined ? [] : [`plan ${toShownLine(planId, 12)}`]),
    ...(incidentId === undefined ? [] : [toShownLine(incidentId, 80)]),
  ];
  return [`#${number}`, `${when} UTC`, who, toShownLine(action, 40), ...what].join('  ');
}
